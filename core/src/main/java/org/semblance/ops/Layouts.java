package org.semblance.ops;

import org.semblance.array.Layout;
import org.semblance.array.Shape;
import org.semblance.backend.View;
import org.semblance.tensor.Recording;
import org.semblance.tensor.Tensor;

/** Changes of the order in memory; to the graph they are identities, so gradients pass in whatever layout they have. */
public final class Layouts {
    private Layouts() {}

    /** The same elements in this layout; the tensor itself if it is in it already. Gradients of every order. */
    public static Tensor to(Tensor x, Layout layout) {
        if (x.array().isIn(layout)) {
            return x;
        }
        Tensor y = Tensor.empty(x.device(), x.shape(), layout);
        x.backend().gather(x.array(), View.all(x.array()), y.array());
        return Recording.of("layout", y).input(x, (g, s) -> g).done();
    }

    /** The image {@code [N, C, H, W]} in the layout in which the backend's image operations take it. */
    public static Tensor image(Tensor x) {
        return to(x, x.backend().imageLayout());
    }

    /** The tensor in row-major order. */
    public static Tensor plain(Tensor x) {
        return to(x, Layout.PLAIN);
    }

    /** An uninitialised image in the backend's image layout. */
    static Tensor emptyImage(Tensor like, Shape shape) {
        return Tensor.empty(like.device(), shape, like.backend().imageLayout());
    }

    /** An uninitialised tensor of another one's shape and layout. */
    static Tensor emptyLike(Tensor x) {
        return Tensor.empty(x.device(), x.shape(), x.array().layout());
    }

    /** The layout for a result of these two operands: that of the one whose order matters, or of the larger. */
    static Layout common(Tensor a, Tensor b) {
        boolean freeA =
                a.array().isIn(Layout.PLAIN) && (a.rank() != 4 || a.array().isIn(Layout.CHANNELS_LAST));
        boolean freeB =
                b.array().isIn(Layout.PLAIN) && (b.rank() != 4 || b.array().isIn(Layout.CHANNELS_LAST));
        if (freeA != freeB) {
            return freeA ? b.array().layout() : a.array().layout();
        }
        return a.shape().count() >= b.shape().count()
                ? a.array().layout()
                : b.array().layout();
    }
}

package org.semblance.ops;

import java.util.Arrays;
import org.semblance.array.Layout;
import org.semblance.array.Shape;
import org.semblance.tensor.Recording;
import org.semblance.tensor.Tensor;

/** Sums and means. Reduced axes stay with extent 1. Gradients of every order. */
public final class Reduce {
    private Reduce() {}

    /** Sums over these axes, which may count from the end. @return x's shape with 1 on the axes */
    public static Tensor sum(Tensor x, int... axes) {
        Shape shape = x.shape();
        for (int axis : axes) {
            shape = shape.with(Check.axis("sum", x, axis), 1);
        }
        return sumTo(x, shape);
    }

    /** Sum of all elements, shape {@code []}. */
    public static Tensor sumAll(Tensor x) {
        return Shapes.reshape(sumTo(x, ones(x.rank())), Shape.of());
    }

    /** Sum of the squares of all elements, shape {@code [1]}. */
    public static Tensor squares(Tensor x) {
        Tensor y = Tensor.empty(x.device(), Shape.of(1));
        x.backend().sumSquares(x.array(), y.array());
        return Recording.of("squares", y)
                .input(x, (g, s) -> Elementwise.mul(s[0], Elementwise.scale(one(g, s[0].rank()), 2)), x)
                .done();
    }

    private static Tensor one(Tensor x, int rank) {
        return Shapes.reshape(x, ones(rank));
    }

    /** Mean over these axes, which may count from the end. @return x's shape with 1 on the axes */
    public static Tensor mean(Tensor x, int... axes) {
        Tensor total = sum(x, axes);
        return Elementwise.scale(total, ratio(total, x));
    }

    /** Mean of all elements, shape {@code []}. */
    public static Tensor meanAll(Tensor x) {
        Tensor total = sumAll(x);
        return Elementwise.scale(total, ratio(total, x));
    }

    /**
     * Sums over the axes where the wanted extent is 1, so undoing a broadcast; x itself if nothing is to be summed.
     *
     * @throws IllegalArgumentException if ranks differ, or another extent than 1 does
     */
    public static Tensor sumTo(Tensor x, Shape shape) {
        if (x.shape().equals(shape)) {
            return x;
        }
        requireReducible(x, shape);
        Layout layout = x.array().layout();
        Tensor y = Tensor.empty(x.device(), shape, layout);
        x.backend().sum(x.array(), y.array());
        Shape whole = x.shape();
        return Recording.of("sum", y)
                .input(x, (g, s) -> Shapes.broadcastTo(g, whole, layout))
                .done();
    }

    private static void requireReducible(Tensor x, Shape shape) {
        if (x.rank() != shape.rank()) {
            throw Check.error("sum", "ranks must be equal", shape, x);
        }
        for (int i = 0; i < shape.rank(); i++) {
            if (shape.dim(i) != x.dim(i) && shape.dim(i) != 1) {
                throw Check.error("sum", "extents must be equal or 1", shape, x);
            }
        }
    }

    private static Shape ones(int rank) {
        int[] dims = new int[rank];
        Arrays.fill(dims, 1);
        return Shape.of(dims);
    }

    private static float ratio(Tensor total, Tensor x) {
        return (float) ((double) total.shape().count() / x.shape().count());
    }
}

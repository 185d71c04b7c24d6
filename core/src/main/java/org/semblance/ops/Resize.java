package org.semblance.ops;

import org.semblance.array.Shape;
import org.semblance.tensor.Recording;
import org.semblance.tensor.Tensor;

/** Changes of image size by interpolation. */
public final class Resize {
    private Resize() {}

    /**
     * Bilinear interpolation with half-pixel centres and without antialiasing, also when shrinking: TensorFlow 2's
     * {@code image.resize}, PyTorch's {@code interpolate} with {@code align_corners=False}. Linear; gradients of every
     * order.
     *
     * @param x {@code [N, C, H, W]}
     * @return {@code [N, C, height, width]}
     */
    public static Tensor bilinear(Tensor x, int height, int width) {
        Check.image("resize", "x", x);
        Check.notEmpty("resize", x.dim(0), x.dim(1), x.dim(2), x.dim(3), x);
        Tensor in = Layouts.image(x);
        Tensor y = Layouts.emptyImage(x, Check.notEmpty("resize", x.dim(0), x.dim(1), height, width, x));
        x.backend().resizeBilinear(in.array(), y.array());
        int h = x.dim(2);
        int w = x.dim(3);
        return Recording.of("resize", y).input(in, (g, s) -> adjoint(g, h, w)).done();
    }

    private static Tensor adjoint(Tensor dy, int h, int w) {
        Tensor grad = Layouts.image(dy);
        Tensor dx = Layouts.emptyImage(dy, Shape.of(dy.dim(0), dy.dim(1), h, w));
        dy.backend().resizeBilinearGrad(grad.array(), dx.array());
        int height = dy.dim(2);
        int width = dy.dim(3);
        return Recording.of("resizeGrad", dx)
                .input(grad, (g, s) -> bilinear(g, height, width))
                .done();
    }
}

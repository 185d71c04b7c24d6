package org.semblance.ops;

import org.semblance.array.Shape;
import org.semblance.backend.PoolSpec;
import org.semblance.tensor.Recording;
import org.semblance.tensor.Tensor;

/**
 * Pools over windows of images, with the paddings of Keras and PyTorch. Gradients of every order; of equal largest
 * elements the first takes a max pool's gradient.
 */
public final class Pool2d {
    private Pool2d() {}

    /** Windows without padding; what does not fill a window is dropped. */
    public static PoolSpec valid(int kernelY, int kernelX, int strideY, int strideX) {
        return new PoolSpec(kernelY, kernelX, strideY, strideX, 0, 0, 0, 0, false);
    }

    /**
     * Keras' 'same': {@code ceil(H / stride)} rows; the odd row of padding goes below; averages do not count padding.
     */
    public static PoolSpec same(Shape x, int kernelY, int kernelX, int strideY, int strideX) {
        int y = Conv2d.samePadding(x.dim(2), kernelY, strideY);
        int z = Conv2d.samePadding(x.dim(3), kernelX, strideX);
        return new PoolSpec(kernelY, kernelX, strideY, strideX, y / 2, y - y / 2, z / 2, z - z / 2, false);
    }

    /** PyTorch's symmetric padding. @param countPadding whether averages count it, PyTorch's default */
    public static PoolSpec torch(
            int kernelY, int kernelX, int strideY, int strideX, int padY, int padX, boolean countPadding) {
        return new PoolSpec(kernelY, kernelX, strideY, strideX, padY, padY, padX, padX, countPadding);
    }

    /** Largest element of each window of {@code [N, C, H, W]}; padding never wins. */
    public static Tensor max(Tensor x, PoolSpec spec) {
        Tensor in = checked("maxPool", x);
        Tensor y = Layouts.emptyImage(x, outShape("maxPool", x, spec));
        x.backend().maxPool(spec, in.array(), y.array());
        return Recording.of("maxPool", y)
                .input(in, (g, s) -> scatter(spec, s[0], g), in)
                .done();
    }

    /** Sends g to where max picked from x; linear in g, constant in x. */
    private static Tensor scatter(PoolSpec spec, Tensor x, Tensor g) {
        Tensor grad = Layouts.image(g);
        Tensor dx = Layouts.emptyImage(x, x.shape());
        x.backend().maxPoolScatter(spec, x.array(), grad.array(), dx.array());
        return Recording.of("maxPoolGrad", dx)
                .input(grad, (h, s) -> gather(spec, s[0], h), x)
                .done();
    }

    /** Picks from g where max picked from x; linear in g, constant in x. */
    private static Tensor gather(PoolSpec spec, Tensor x, Tensor g) {
        Tensor in = Layouts.image(g);
        Tensor y = Layouts.emptyImage(x, spec.outShape(x.shape()));
        x.backend().maxPoolGather(spec, x.array(), in.array(), y.array());
        return Recording.of("maxPoolPick", y)
                .input(in, (h, s) -> scatter(spec, s[0], h), x)
                .done();
    }

    /** Mean of each window of {@code [N, C, H, W]}. */
    public static Tensor avg(Tensor x, PoolSpec spec) {
        Tensor in = checked("avgPool", x);
        Tensor y = Layouts.emptyImage(x, outShape("avgPool", x, spec));
        x.backend().avgPool(spec, in.array(), y.array());
        Shape shape = x.shape();
        return Recording.of("avgPool", y)
                .input(in, (g, s) -> avgGrad(g, spec, shape))
                .done();
    }

    private static Tensor avgGrad(Tensor dy, PoolSpec spec, Shape shape) {
        Tensor grad = Layouts.image(dy);
        Tensor dx = Layouts.emptyImage(dy, shape);
        dy.backend().avgPoolGrad(spec, grad.array(), dx.array());
        return Recording.of("avgPoolGrad", dx)
                .input(grad, (g, s) -> avg(g, spec))
                .done();
    }

    /** Mean of all pixels, {@code [N, C, H, W] -> [N, C]}. */
    public static Tensor globalAvg(Tensor x) {
        Check.image("globalAvgPool", "x", x);
        return Shapes.reshape(Reduce.mean(x, 2, 3), Shape.of(x.dim(0), x.dim(1)));
    }

    private static Tensor checked(String op, Tensor x) {
        Check.image(op, "x", x);
        return Layouts.image(x);
    }

    private static Shape outShape(String op, Tensor x, PoolSpec spec) {
        Shape y = spec.outShape(x.shape().with(2, x.dim(2)).with(3, x.dim(3)));
        return Check.notEmpty(op, y.dim(0), y.dim(1), y.dim(2), y.dim(3), x);
    }
}

package org.semblance.ops;

import org.semblance.array.Layout;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.ConvSpec;
import org.semblance.tensor.Recording;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * Two-dimensional convolution in the sense of neural networks (cross-correlation), its transposes in the input and in
 * the weights, and the conventions of PyTorch and Keras on top. The three are each other's derivatives, so gradients of
 * every order exist. Weights are {@code [O, I / groups, kh, kw]}.
 */
public final class Conv2d {
    private static final String NAME = "conv2d";
    private static final String DATA = "conv2dDataGrad";
    private static final String WEIGHT = "conv2dWeightGrad";

    private Conv2d() {}

    /**
     * {@code y[n,o,i,j] = sum_{c,k,l} w[o,c,k,l] x[n,c,i*stride+k*dilation-pad,...]}.
     *
     * @param x {@code [N, I, H, W]}
     * @param w {@code [O, I / groups, kh, kw]}
     * @return {@code [N, O, H', W']} with {@link ConvSpec#outShape}
     */
    public static Tensor of(Tensor x, Tensor w, ConvSpec spec) {
        Check.image(NAME, "x", x);
        requireWeight(NAME, x.dim(1), "x", x, w, spec);
        int h = spec.outHeight(x.dim(2), w.dim(2));
        int width = spec.outWidth(x.dim(3), w.dim(3));
        Shape shape = Check.notEmpty(NAME, x.dim(0), w.dim(0), h, width, x, w);
        Tensor in = Layouts.image(x);
        Tensor kernel = Layouts.plain(w);
        Tensor y = Layouts.emptyImage(x, shape);
        x.backend().conv2d(spec, in.array(), kernel.array(), y.array());
        int inH = x.dim(2);
        int inW = x.dim(3);
        Shape weights = w.shape();
        return Recording.of(NAME, y)
                .input(in, (g, s) -> dataGrad(g, s[0], spec, inH, inW), kernel)
                .input(kernel, (g, s) -> weightGrad(s[0], g, spec, weights), in)
                .done();
    }

    /**
     * {@code act(conv(x, w) + b)}. With a piecewise-linear activation of positive gain it is one operation that keeps
     * its output, and the input only where weights are tracked; else it is composed.
     *
     * @param x {@code [N, I, H, W]}
     * @param w {@code [O, I / groups, kh, kw]}
     * @param b {@code [O]}
     */
    public static Tensor biasAct(Tensor x, Tensor w, Tensor b, Activation act, ConvSpec spec) {
        if (!BiasAct.outputTells(act)) {
            return Scope.in("conv2dBiasAct", () -> BiasAct.of(of(x, w, spec), b, act));
        }
        Check.image(NAME, "x", x);
        requireWeight(NAME, x.dim(1), "x", x, w, spec);
        Check.shape(NAME, "b", b, Shape.of(w.dim(0)));
        int h = spec.outHeight(x.dim(2), w.dim(2));
        Shape shape = Check.notEmpty(NAME, x.dim(0), w.dim(0), h, spec.outWidth(x.dim(3), w.dim(3)), x, w);
        Tensor in = Layouts.image(x);
        Tensor kernel = Layouts.plain(w);
        Tensor y = Layouts.emptyImage(x, shape);
        x.backend().conv2dBiasAct(spec, act, in.array(), kernel.array(), b.array(), y.array());
        return Recording.isOn(w, b) ? trained(in, kernel, b, act, spec, y) : frozen(in, kernel, act, spec, y);
    }

    private static Tensor frozen(Tensor in, Tensor kernel, Activation act, ConvSpec spec, Tensor y) {
        int inH = in.dim(2);
        int inW = in.dim(3);
        return Recording.of("conv2dBiasAct", y)
                .input(in, (g, s) -> dataGrad(BiasAct.back(act, g, s[0]), s[1], spec, inH, inW), y, kernel)
                .done();
    }

    /** The three gradients share the one before the activation, through a stand-in whose elements nothing reads. */
    private static Tensor trained(Tensor in, Tensor kernel, Tensor b, Activation act, ConvSpec spec, Tensor y) {
        Tensor sum = y.alias(y.array());
        int inH = in.dim(2);
        int inW = in.dim(3);
        Shape weights = kernel.shape();
        Recording.of(NAME, sum)
                .input(in, (g, s) -> dataGrad(g, s[0], spec, inH, inW), kernel)
                .input(kernel, (g, s) -> weightGrad(s[0], g, spec, weights), in)
                .input(b, (g, s) -> BiasAct.biasGradient(g, 1))
                .done();
        return Recording.of("conv2dBiasAct", y)
                .input(sum, (g, s) -> BiasAct.back(act, g, s[0]), y)
                .done();
    }

    /**
     * The transpose of {@link #of} in x.
     *
     * @param dy {@code [N, O, H', W']}
     * @param w {@code [O, I / groups, kh, kw]}
     * @param inH rows of x
     * @param inW columns of x
     * @return {@code [N, I, inH, inW]}
     */
    public static Tensor dataGrad(Tensor dy, Tensor w, ConvSpec spec, int inH, int inW) {
        Check.image(DATA, "dy", dy);
        Check.rank(DATA, "w", w, 4);
        Shape in = Check.notEmpty(DATA, dy.dim(0), w.dim(1) * spec.groups(), inH, inW, dy, w);
        Check.shape(DATA, "dy", dy, spec.outShape(in, w.shape()));
        Check.sameDevice(DATA, dy, w);
        requireGroups(DATA, dy, w, spec);
        Tensor grad = Layouts.image(dy);
        Tensor kernel = Layouts.plain(w);
        Tensor dx = Layouts.emptyImage(dy, in);
        dy.backend().conv2dDataGrad(spec, grad.array(), kernel.array(), dx.array());
        Shape weights = w.shape();
        return Recording.of(DATA, dx)
                .input(grad, (g, s) -> of(g, s[0], spec), kernel)
                .input(kernel, (g, s) -> weightGrad(g, s[0], spec, weights), grad)
                .done();
    }

    /**
     * The transpose of {@link #of} in w.
     *
     * @param x {@code [N, I, H, W]}
     * @param dy {@code [N, O, H', W']}
     * @param w shape of the weights
     * @return {@code [O, I / groups, kh, kw]}
     */
    public static Tensor weightGrad(Tensor x, Tensor dy, ConvSpec spec, Shape w) {
        Check.image(WEIGHT, "x", x);
        Check.image(WEIGHT, "dy", dy);
        if (w.rank() != 4 || w.dim(1) * spec.groups() != x.dim(1)) {
            throw Check.error(WEIGHT, "w must be [O, I / groups, kh, kw]", w, x, dy);
        }
        Check.shape(WEIGHT, "dy", dy, spec.outShape(x.shape(), w));
        Check.sameDevice(WEIGHT, x, dy);
        Tensor in = Layouts.image(x);
        Tensor grad = Layouts.image(dy);
        Tensor dw = Tensor.empty(x.device(), w, Layout.PLAIN);
        x.backend().conv2dWeightGrad(spec, in.array(), grad.array(), dw.array());
        int inH = x.dim(2);
        int inW = x.dim(3);
        return Recording.of(WEIGHT, dw)
                .input(in, (g, s) -> dataGrad(s[0], g, spec, inH, inW), grad)
                .input(grad, (g, s) -> of(s[0], g, spec), in)
                .done();
    }

    /**
     * Transposed convolution, PyTorch's convention: {@code out = (in - 1) stride - pads + dilation (k - 1) + outputPad
     * + 1}.
     *
     * @param x {@code [N, I, H, W]}
     * @param w {@code [I, O / groups, kh, kw]}
     * @param spec the convolution whose transpose this is
     * @param outputPadY rows added below, less than the stride or the dilation
     * @param outputPadX columns added right, less than the stride or the dilation
     * @return {@code [N, O, H', W']}
     */
    public static Tensor transposed(Tensor x, Tensor w, ConvSpec spec, int outputPadY, int outputPadX) {
        String op = "convTranspose2d";
        Check.image(op, "x", x);
        Check.rank(op, "w", w, 4);
        if (x.dim(1) != w.dim(0)) {
            throw Check.error(op, "x has " + x.dim(1) + " channels but w expects " + w.dim(0), "both", x, w);
        }
        requireOutputPad(op, outputPadY, spec.strideY(), spec.dilationY());
        requireOutputPad(op, outputPadX, spec.strideX(), spec.dilationX());
        // Rows beyond the stride lie outside every window of the convolution: they are appended as zeros.
        int moreY = Math.max(outputPadY - spec.strideY() + 1, 0);
        int moreX = Math.max(outputPadX - spec.strideX() + 1, 0);
        int h = (x.dim(2) - 1) * spec.strideY()
                - spec.padTop()
                - spec.padBottom()
                + spec.dilationY() * (w.dim(2) - 1)
                + 1;
        int width = (x.dim(3) - 1) * spec.strideX()
                - spec.padLeft()
                - spec.padRight()
                + spec.dilationX() * (w.dim(3) - 1)
                + 1;
        if (moreY + moreX == 0) {
            return dataGrad(x, w, spec, h + outputPadY, width + outputPadX);
        }
        return farPadded(x, w, spec, h + outputPadY, width + outputPadX, outputPadY, outputPadX);
    }

    private static Tensor farPadded(
            Tensor x, Tensor w, ConvSpec spec, int h, int width, int outputPadY, int outputPadX) {
        int bottom = Math.max(spec.padBottom() - outputPadY, 0);
        int right = Math.max(spec.padRight() - outputPadX, 0);
        int belowY = Math.max(outputPadY - spec.padBottom(), 0);
        int belowX = Math.max(outputPadX - spec.padRight(), 0);
        ConvSpec open = new ConvSpec(
                spec.strideY(),
                spec.strideX(),
                spec.padTop(),
                bottom,
                spec.padLeft(),
                right,
                spec.dilationY(),
                spec.dilationX(),
                spec.groups());
        return Scope.in("convTranspose2d", () -> {
            Tensor y = dataGrad(x, w, open, h - belowY, width - belowX);
            return Shapes.padImage(y, 0, belowX, 0, belowY);
        });
    }

    private static void requireOutputPad(String op, int pad, int stride, int dilation) {
        if (pad < 0 || pad >= Math.max(stride, dilation)) {
            throw Check.error(op, "output padding must lie in [0, max(stride, dilation))", pad);
        }
    }

    /**
     * Keras' padding 'same': {@code ceil(H / stride)} rows come out, the odd row of zeros goes below.
     *
     * @param x {@code [N, I, H, W]}
     * @param w {@code [O, I / groups, kh, kw]}
     */
    public static Tensor kerasSame(Tensor x, Tensor w, int strideY, int strideX) {
        Check.image(NAME, "x", x);
        Check.rank(NAME, "w", w, 4);
        int groups = w.dim(1) == 0 ? 1 : Math.max(x.dim(1) / w.dim(1), 1);
        return of(x, w, same(x.shape(), w.dim(2), w.dim(3), strideY, strideX, 1, 1, groups));
    }

    /** The geometry of padding 'same' for this image and kernel. */
    public static ConvSpec same(
            Shape x, int kh, int kw, int strideY, int strideX, int dilationY, int dilationX, int groups) {
        int y = samePadding(x.dim(2), dilationY * (kh - 1) + 1, strideY);
        int z = samePadding(x.dim(3), dilationX * (kw - 1) + 1, strideX);
        return new ConvSpec(strideY, strideX, y / 2, y - y / 2, z / 2, z - z / 2, dilationY, dilationX, groups);
    }

    /** Rows of zeros that 'same' adds in all, {@code max((ceil(n / stride) - 1) stride + k - n, 0)}. */
    static int samePadding(int n, int k, int stride) {
        return Math.max((Math.floorDiv(n + stride - 1, stride) - 1) * stride + k - n, 0);
    }

    /** The kernel of a Keras layer, {@code [kh, kw, I / groups, O]}, as {@code [O, I / groups, kh, kw]}. */
    public static Tensor fromKeras(Tensor kernel) {
        Check.rank(NAME, "a Keras kernel", kernel, 4);
        return Shapes.permute(kernel, 3, 2, 0, 1);
    }

    private static void requireWeight(String op, int channels, String name, Tensor x, Tensor w, ConvSpec spec) {
        Check.rank(op, "w", w, 4);
        Check.sameDevice(op, x, w);
        if (channels != w.dim(1) * spec.groups()) {
            throw new IllegalArgumentException(op + ": " + name + " has " + channels + " channels but w expects "
                    + w.dim(1) * spec.groups() + " [" + name + "=" + x.shape() + ", w=" + w.shape()
                    + ", groups=" + spec.groups() + "]");
        }
        requireGroups(op, x, w, spec);
    }

    private static void requireGroups(String op, Tensor x, Tensor w, ConvSpec spec) {
        if (w.dim(0) % spec.groups() != 0) {
            throw Check.error(op, "groups must divide the output channels", spec.groups(), x, w);
        }
    }
}

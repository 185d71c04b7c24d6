package org.semblance.ops;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.tensor.Recording;
import org.semblance.tensor.Tensor;

/**
 * Bias, non-linearity, gain and clamp in one operation: {@code y = clamp(gain * act(x + b))}. Gradients of every order:
 * that of a piecewise-linear kind is linear in the upstream gradient and reads only the output; the others have kernels
 * for the first two orders and closed forms made of operations for the third, from where on every order exists.
 *
 * <p>Where the result stands on the clamp, its gradient is 0 for piecewise-linear kinds.
 *
 * <p>Source: Karras et al., Analyzing and Improving the Image Quality of StyleGAN, appendix B.
 */
public final class BiasAct {
    private static final String NAME = "biasAct";

    private BiasAct() {}

    /** As {@link #of(Tensor, Tensor, int, Activation)} with the bias along axis 1. */
    public static Tensor of(Tensor x, @Nullable Tensor b, Activation act) {
        return of(x, b, 1, act);
    }

    /**
     * Adds a bias and activates.
     *
     * @param x any shape
     * @param b {@code [x.dim(axis)]} or null for none
     * @param axis the axis along which the bias lies, may count from the end; not read without a bias
     * @return x's shape and layout
     */
    public static Tensor of(Tensor x, @Nullable Tensor b, int axis, Activation act) {
        if (b == null) {
            return activate(x, act);
        }
        int a = Check.axis(NAME, x, axis);
        Check.shape(NAME, "b", b, Shape.of(x.dim(a)));
        Check.sameDevice(NAME, x, b);
        if (outputTells(act) || !Recording.isOn(x, b)) {
            return fused(x, b, a, act);
        }
        return activate(Elementwise.add(x, alongAxis(b, x.rank(), a)), act);
    }

    /** Forward in one pass; the two rules share one gradient through a stand-in for {@code x + b}. */
    private static Tensor fused(Tensor x, Tensor b, int axis, Activation act) {
        Tensor y = Layouts.emptyLike(x);
        x.backend().biasAct(act, x.array(), b.array(), axis, y.array());
        if (!Recording.isOn(x, b)) {
            return y;
        }
        // Nothing reads the elements of the stand-in: the rule of a piecewise-linear kind reads the output.
        Tensor sum = y.alias(y.array());
        Recording.of("bias", sum)
                .input(x, (g, s) -> g)
                .input(b, (g, s) -> biasGradient(g, axis))
                .done();
        return isScaling(act)
                ? Recording.of(NAME, y).input(sum, (g, s) -> scaled(act, g)).done()
                : Recording.of(NAME, y)
                        .input(sum, (g, s) -> pieceSlope(act, g, s[0], true), y)
                        .done();
    }

    private static Tensor activate(Tensor x, Activation act) {
        Tensor y = Layouts.emptyLike(x);
        x.backend().biasAct(act, x.array(), null, 0, y.array());
        Recording recording = Recording.of(NAME, y);
        if (isScaling(act)) {
            return recording.input(x, (g, s) -> scaled(act, g)).done();
        }
        if (outputTells(act)) {
            return recording
                    .input(x, (g, s) -> pieceSlope(act, g, s[0], true), y)
                    .done();
        }
        if (act.kind().isPiecewiseLinear()) {
            return recording
                    .input(x, (g, s) -> pieceSlope(act, g, s[0], false), x)
                    .done();
        }
        return recording.input(x, (g, s) -> slope(act, g, s[0]), x).done();
    }

    private static Tensor scaled(Activation act, Tensor g) {
        return act.gain() == 1 ? g : Elementwise.scale(g, act.gain());
    }

    /** Whether the whole activation is a factor, whose derivative reads nothing. */
    private static boolean isScaling(Activation act) {
        return act.kind() == Activation.Kind.LINEAR && !act.isClamped();
    }

    /** The gradient before the activation from the activation's output; only where {@link #outputTells}. */
    static Tensor back(Activation act, Tensor g, Tensor y) {
        return isScaling(act) ? scaled(act, g) : pieceSlope(act, g, y, true);
    }

    /** Whether sign and magnitude of the output tell which piece the input was on. */
    static boolean outputTells(Activation act) {
        return act.kind().isPiecewiseLinear() && act.gain() > 0 && act.slope() >= 0;
    }

    /** The gradient of a piecewise-linear kind: linear in g, constant in x. */
    private static Tensor pieceSlope(Activation act, Tensor g, Tensor x, boolean xIsOutput) {
        Tensor dx = derivative(act, 1, g, x, xIsOutput);
        return Recording.of("biasActGrad", dx)
                .input(g, (h, s) -> pieceSlope(act, h, s[0], xIsOutput), x)
                .done();
    }

    /** {@code g * act'(x)}. */
    private static Tensor slope(Activation act, Tensor g, Tensor x) {
        Tensor dx = derivative(act, 1, g, x, false);
        return Recording.of("biasActGrad", dx)
                .input(g, (h, s) -> slope(act, h, s[0]), x)
                .input(x, (h, s) -> bend(act, Elementwise.mul(h, s[0]), s[1]), g, x)
                .done();
    }

    /** {@code g * act''(x)}. */
    private static Tensor bend(Activation act, Tensor g, Tensor x) {
        Tensor dx = derivative(act, 2, g, x, false);
        return Recording.of("biasActGrad2", dx)
                .input(g, (h, s) -> bend(act, h, s[0]), x)
                .input(x, (h, s) -> Elementwise.mul(Elementwise.mul(h, s[0]), ThirdDerivative.of(act, s[1])), g, x)
                .done();
    }

    private static Tensor derivative(Activation act, int order, Tensor g, Tensor x, boolean xIsOutput) {
        Tensor grad = Layouts.to(g, x.array().layout());
        Tensor dx = Layouts.emptyLike(x);
        x.backend().biasActGrad(act, order, grad.array(), x.array(), null, 0, xIsOutput, dx.array());
        return dx;
    }

    /** Sums over all axes but one, {@code [dim(axis)]}. */
    static Tensor biasGradient(Tensor g, int axis) {
        int[] dims = new int[g.rank()];
        Arrays.fill(dims, 1);
        dims[axis] = g.dim(axis);
        return Shapes.reshape(Reduce.sumTo(g, Shape.of(dims)), Shape.of(g.dim(axis)));
    }

    /** A vector as a tensor of this rank that lies along one axis. */
    static Tensor alongAxis(Tensor v, int rank, int axis) {
        int[] dims = new int[rank];
        Arrays.fill(dims, 1);
        dims[axis] = v.dim(0);
        return Shapes.reshape(v, Shape.of(dims));
    }
}

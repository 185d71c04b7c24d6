package org.semblance.ops;

import org.semblance.backend.Activation;
import org.semblance.tensor.Tensor;

/** Third derivatives of the smooth activations, written with operations. */
final class ThirdDerivative {
    private static final float SELU_SCALE = 1.0507009873554805f;
    private static final float SELU_ALPHA = 1.6732632423543772f;

    private ThirdDerivative() {}

    /** {@code act'''(x)} with gain and clamp. */
    static Tensor of(Activation act, Tensor x) {
        Tensor bare = Elementwise.scale(kind(act.kind(), x), act.gain());
        return act.isClamped() ? Elementwise.mul(bare, free(act, x)) : bare;
    }

    /** 1 where the clamp does not bind; a constant. */
    private static Tensor free(Activation act, Tensor x) {
        Tensor y = BiasAct.of(x, null, 0, act.withClamp(Activation.NO_CLAMP));
        return Elementwise.inside(y, -act.clamp(), act.clamp());
    }

    private static Tensor kind(Activation.Kind kind, Tensor x) {
        return switch (kind) {
            case LINEAR, RELU, LRELU -> Tensor.zeros(x.device(), x.shape());
            case TANH -> tanh(x);
            case SIGMOID -> sigmoidBend(x);
            case ELU -> exponentialBelow(x, 1);
            case SELU -> exponentialBelow(x, SELU_SCALE * SELU_ALPHA);
            case SOFTPLUS -> softplus(Elementwise.sigmoid(x));
            case SWISH -> swish(x);
        };
    }

    /** {@code (1 - t^2)(6 t^2 - 2)}. */
    private static Tensor tanh(Tensor x) {
        Tensor t2 = Elementwise.square(Elementwise.tanh(x));
        return Elementwise.mul(Elementwise.affine(t2, -1, 1), Elementwise.affine(t2, 6, -2));
    }

    /** {@code s (1 - s)(1 - 6 s (1 - s))}, the third derivative of the sigmoid. */
    private static Tensor sigmoidBend(Tensor x) {
        Tensor s = Elementwise.sigmoid(x);
        Tensor p = Elementwise.mul(s, Elementwise.affine(s, -1, 1));
        return Elementwise.mul(p, Elementwise.affine(p, -6, 1));
    }

    /** {@code s (1 - s)(1 - 2 s)}, the second derivative of the sigmoid s. */
    private static Tensor softplus(Tensor s) {
        Tensor p = Elementwise.mul(s, Elementwise.affine(s, -1, 1));
        return Elementwise.mul(p, Elementwise.affine(s, -2, 1));
    }

    /** {@code a e^x} below 0, else 0. */
    private static Tensor exponentialBelow(Tensor x, float a) {
        Tensor zero = Tensor.full(x.device(), x.shape(), 0);
        Tensor below = Elementwise.affine(Elementwise.atLeast(x, zero), -a, a);
        return Elementwise.mul(Elementwise.exp(Elementwise.clamp(x, Float.NEGATIVE_INFINITY, 0)), below);
    }

    /** {@code 3 s'' + x s'''}. */
    private static Tensor swish(Tensor x) {
        Tensor bend = Elementwise.scale(softplus(Elementwise.sigmoid(x)), 3);
        return Elementwise.add(bend, Elementwise.mul(x, sigmoidBend(x)));
    }
}

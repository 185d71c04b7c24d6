package org.semblance.backend;

/**
 * A pointwise non-linearity with gain and clamp: {@code y = clamp(gain * kind(x), -clamp, clamp)}.
 *
 * @param kind the function
 * @param alpha slope of {@code LRELU} below zero; unused by the others
 * @param gain factor after the function
 * @param clamp bound on the magnitude of the result, or {@link #NO_CLAMP}
 */
public record Activation(Kind kind, float alpha, float gain, float clamp) {
    /** No bound. */
    public static final float NO_CLAMP = Float.POSITIVE_INFINITY;

    private static final float SQRT2 = (float) Math.sqrt(2);

    public Activation {
        if (!(clamp > 0)) {
            throw new IllegalArgumentException("activation: clamp must be positive, got " + clamp);
        }
    }

    /** The functions of StyleGAN's bias_act. */
    public enum Kind {
        LINEAR,
        RELU,
        LRELU,
        TANH,
        SIGMOID,
        ELU,
        SELU,
        SOFTPLUS,
        SWISH;

        /** Whether the function consists of straight pieces, so that its second derivative is zero. */
        public boolean isPiecewiseLinear() {
            return ordinal() <= LRELU.ordinal();
        }
    }

    /** Identity. */
    public static Activation linear() {
        return standard(Kind.LINEAR);
    }

    /** max(x, 0) with gain 1. */
    public static Activation relu() {
        return leakyRelu(0).withGain(1);
    }

    /** Leaky ReLU of this slope with gain 1. */
    public static Activation leakyRelu(float slope) {
        return new Activation(Kind.LRELU, slope, 1, NO_CLAMP);
    }

    /**
     * A function with StyleGAN's defaults: slope 0.2, gain sqrt(2) for relu, lrelu and swish, 1 otherwise, no clamp.
     */
    public static Activation standard(Kind kind) {
        boolean scaled = kind == Kind.RELU || kind == Kind.LRELU || kind == Kind.SWISH;
        return new Activation(kind, kind == Kind.LRELU ? 0.2f : 0f, scaled ? SQRT2 : 1f, NO_CLAMP);
    }

    /** This activation with another gain. */
    public Activation withGain(float factor) {
        return new Activation(kind, alpha, factor, clamp);
    }

    /** This activation with another clamp. */
    public Activation withClamp(float bound) {
        return new Activation(kind, alpha, gain, bound);
    }

    /** This activation with another slope. */
    public Activation withAlpha(float slope) {
        return new Activation(kind, slope, gain, clamp);
    }

    /** Slope below zero of a piecewise-linear kind. */
    public float slope() {
        return kind == Kind.LINEAR ? 1 : kind == Kind.RELU ? 0 : alpha;
    }

    /** Whether it does no more than multiply what is below zero by the {@link #slope}. */
    public boolean isPlain() {
        return kind.isPiecewiseLinear() && gain == 1 && !isClamped();
    }

    /** Whether a bound is set. */
    public boolean isClamped() {
        return clamp != NO_CLAMP;
    }
}

package org.semblance.backend;

/**
 * A function of one element with up to two constants.
 *
 * @param kind the function
 * @param a first constant
 * @param b second constant
 */
public record Unary(Kind kind, float a, float b) {
    /** The functions; x is the element. */
    public enum Kind {
        /** {@code a * x + b}. */
        AFFINE,
        EXP,
        LOG,
        SQRT,
        /** {@code 1 / sqrt(x)}. */
        RSQRT,
        TANH,
        SIGMOID,
        SOFTPLUS,
        ABS,
        /** -1, 0 or 1. */
        SIGN,
        /** {@code x^a}; 0 for x = 0 when a &gt; 0. */
        POW,
        /** {@code min(max(x, a), b)}. */
        CLAMP,
        /** 1 where {@code a <= x <= b}, else 0. */
        INSIDE
    }

    /** A function without constants. */
    public static Unary of(Kind kind) {
        return new Unary(kind, 0, 0);
    }
}

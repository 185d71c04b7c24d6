package org.semblance.cpu;

import org.semblance.backend.Activation;

/** Activations and their derivatives of one number, in double precision. */
final class Scalars {
    static final double SELU_SCALE = 1.0507009873554805;
    static final double SELU_ALPHA = 1.6732632423543772;

    private Scalars() {}

    static double sigmoid(double x) {
        return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
    }

    static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    /** The function itself, without gain and clamp. */
    static double value(Activation act, double x) {
        return switch (act.kind()) {
            case LINEAR -> x;
            case RELU, LRELU -> x > 0 ? x : x * act.slope();
            case TANH -> Math.tanh(x);
            case SIGMOID -> sigmoid(x);
            case ELU -> x >= 0 ? x : Math.expm1(x);
            case SELU -> SELU_SCALE * (x >= 0 ? x : SELU_ALPHA * Math.expm1(x));
            case SOFTPLUS -> softplus(x);
            case SWISH -> x * sigmoid(x);
        };
    }

    /** The first derivative, without gain and clamp. */
    static double slope(Activation act, double x) {
        double s = sigmoid(x);
        return switch (act.kind()) {
            case LINEAR -> 1;
            case RELU, LRELU -> x > 0 ? 1 : act.slope();
            case TANH -> 1 - Math.tanh(x) * Math.tanh(x);
            case SIGMOID -> s * (1 - s);
            case ELU -> x >= 0 ? 1 : Math.exp(x);
            case SELU -> SELU_SCALE * (x > 0 ? 1 : SELU_ALPHA * Math.exp(x));
            case SOFTPLUS -> s;
            case SWISH -> s * (1 + x * (1 - s));
        };
    }

    /** The second derivative, without gain and clamp. */
    static double curvature(Activation act, double x) {
        double s = sigmoid(x);
        return switch (act.kind()) {
            case LINEAR, RELU, LRELU -> 0;
            case TANH -> -2 * Math.tanh(x) * (1 - Math.tanh(x) * Math.tanh(x));
            case SIGMOID -> s * (1 - s) * (1 - 2 * s);
            case ELU -> x >= 0 ? 0 : Math.exp(x);
            case SELU -> x > 0 ? 0 : SELU_SCALE * SELU_ALPHA * Math.exp(x);
            case SOFTPLUS -> s * (1 - s);
            case SWISH -> s * (1 - s) * (2 + x * (1 - 2 * s));
        };
    }
}

package org.semblance.backend;

/**
 * Constants of one Adam update in Keras' form: {@code p -= rate * m / (sqrt(v) + epsilon)} after
 * {@code m = beta1 m + (1 - beta1) g}, {@code v = beta2 v + (1 - beta2) g^2}.
 *
 * @param rate learning rate with the bias correction folded in, {@code lr sqrt(1 - beta2^t) / (1 - beta1^t)}
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param share1 {@code 1 - beta1}, taken before rounding: in float32 {@code 1 - 0.999f} is off by 1.3e-5
 * @param share2 {@code 1 - beta2}, likewise
 * @param epsilon added to the root, after the correction ("epsilon hat")
 */
public record AdamSpec(float rate, float beta1, float beta2, float share1, float share2, float epsilon) {
    /** The constants of step t, counted from 1. */
    public static AdamSpec keras(double lr, double beta1, double beta2, double epsilon, long t) {
        double rate = lr * Math.sqrt(1 - Math.pow(beta2, t)) / (1 - Math.pow(beta1, t));
        return new AdamSpec(
                (float) rate, (float) beta1, (float) beta2, (float) (1 - beta1), (float) (1 - beta2), (float) epsilon);
    }

    /** The same with another rate. */
    public AdamSpec withRate(float other) {
        return new AdamSpec(other, beta1, beta2, share1, share2, epsilon);
    }
}

package org.semblance.training;

/**
 * How parameters are updated: Keras' Adam, epsilon after the bias correction.
 *
 * @param model for attribute encoder and mapper, down all losses but the adversarial one
 * @param adversarial for the same parameters with moments of its own, down the adversarial loss
 * @param discriminator for the latent discriminator
 * @param joint whether attribute encoder and mapper descend the sum of both with {@code model} alone, which takes one
 *     backward pass in place of two
 * @param clip largest euclidean norm of the gradient of each of these; a longer one is scaled down to it; 0 for no
 *     limit
 * @param average decay per step of the moving averages of attribute encoder and mapper that are tested and exported,
 *     smaller in the first steps: {@code min(average, (1 + step) / (10 + step))}; 0 for none
 */
public record OptimiserConfig(
        Adam model, Adam adversarial, Adam discriminator, boolean joint, double clip, double average) {

    /**
     * Settings of an Adam.
     *
     * @param rate learning rate
     * @param beta1 decay of the first moment, in [0, 1)
     * @param beta2 decay of the second moment, in [0, 1)
     * @param epsilon added to the root of the second moment
     */
    public record Adam(double rate, double beta1, double beta2, double epsilon) {
        public Adam {
            Require.positive(rate, "rate");
            Require.that(beta1 >= 0 && beta1 < 1, "beta1", "in [0, 1)", beta1);
            Require.that(beta2 >= 0 && beta2 < 1, "beta2", "in [0, 1)", beta2);
            Require.positive(epsilon, "epsilon");
        }

        /** Keras' defaults for everything but the rate. */
        public static Adam keras(double rate) {
            return new Adam(rate, 0.9, 0.999, 1e-7);
        }
    }

    public OptimiserConfig {
        Require.notNegative(clip, "clip");
        Require.that(average >= 0 && average < 1, "average", "in [0, 1)", average);
    }

    /** The paper's three, with the rates for pictures of 256 or for others. */
    public static OptimiserConfig paper(int resolution) {
        boolean usual = resolution == 256;
        return new OptimiserConfig(
                Adam.keras(usual ? 5e-5 : 1e-5),
                Adam.keras(usual ? 5e-6 : 1e-6),
                Adam.keras(usual ? 2e-5 : 4e-6),
                false,
                0,
                0);
    }

    /** One update of the model for all its losses, clipped, and moving averages. */
    public static OptimiserConfig stable() {
        Adam model = new Adam(6e-4, 0.9, 0.99, 1e-8);
        return new OptimiserConfig(model, model, new Adam(3e-4, 0.9, 0.99, 1e-8), true, 10, 0.998);
    }
}

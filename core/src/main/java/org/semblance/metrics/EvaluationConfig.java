package org.semblance.metrics;

/**
 * How a model is measured.
 *
 * @param batch pairs that go through the networks together
 * @param resamples of the bootstrap
 * @param seed of the bootstrap, of the probes' split and of the subsets
 * @param table sides of the table of swaps, of the first pairs, on which invariance is measured
 */
public record EvaluationConfig(int batch, int resamples, long seed, int table) {
    public EvaluationConfig {
        if (batch < 1 || resamples < 1 || table < 2) {
            throw new IllegalArgumentException(
                    "evaluation: batch and resamples must be at least 1 and table at least 2," + " got " + batch + ", "
                            + resamples + " and " + table);
        }
    }

    /** Batches of 64, 1000 resamples, a table of 12 by 12. */
    public static EvaluationConfig standard(long seed) {
        return new EvaluationConfig(64, Bootstrap.RESAMPLES, seed, 12);
    }
}

package org.semblance.training;

import org.semblance.backend.Precision;

/**
 * When a run reports, tests, saves and stops, and how exactly it computes.
 *
 * @param reportEvery steps between reports of losses; reading them waits for the device
 * @param previewEvery steps between pictures for listeners, 0 for none
 * @param testEvery steps between tests, 0 for none; the first is before the first step
 * @param saveEvery steps between checkpoints, 0 for one at the end only
 * @param stopAfterTests tests in a row that may pass without a better identity or better landmarks before the run
 *     stops, 0 for no limit
 * @param nonFiniteLimit steps in a row whose losses or gradients are not finite before the run stops, at least 1.
 *     They are counted on the device; the count is read with the losses and every {@code nonFiniteLimit} steps, so
 *     that the run stops fewer than {@code 2 nonFiniteLimit} steps after the first of them
 * @param precision what products and convolutions are rounded to: float32 on every device, or bfloat16 (float32 master
 *     weights, gradients and sums) where the device has it; float16 is for inference only
 */
public record RunConfig(
        int reportEvery,
        int previewEvery,
        int testEvery,
        int saveEvery,
        int stopAfterTests,
        int nonFiniteLimit,
        Precision precision) {
    public RunConfig {
        Require.that(reportEvery >= 1, "reportEvery", "at least 1", reportEvery);
        Require.that(previewEvery >= 0, "previewEvery", "at least 0", previewEvery);
        Require.that(testEvery >= 0, "testEvery", "at least 0", testEvery);
        Require.that(saveEvery >= 0, "saveEvery", "at least 0", saveEvery);
        Require.that(stopAfterTests >= 0, "stopAfterTests", "at least 0", stopAfterTests);
        Require.that(nonFiniteLimit >= 1, "nonFiniteLimit", "at least 1", nonFiniteLimit);
        Require.that(precision != Precision.FLOAT16, "precision", "float32 or bfloat16", precision);
    }
}

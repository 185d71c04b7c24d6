package org.semblance.cli;

import org.jspecify.annotations.Nullable;
import org.semblance.MeasuredTest;
import org.semblance.TrainingTest;
import org.semblance.metrics.RenderedPairs;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;
import picocli.CommandLine.Option;

/** The tests that a training run takes, by every recogniser of the base model. */
final class TestOptions {
    /** Other pairs than those of the published figures, so that no checkpoint is chosen by them. */
    private static final long SEED = 1;

    /** Where pairs come from. */
    enum Data {
        RENDERED,
        GENERATED
    }

    @Option(
            names = "--test-pairs",
            paramLabel = "N",
            defaultValue = "64",
            description = "Pairs of pictures in the tests during training, at least 2, or 0 for no tests (default:"
                    + " ${DEFAULT-VALUE}).")
    private int pairs;

    @Option(
            names = "--test-data",
            paramLabel = "rendered|generated",
            description = "Synthetic heads, or the generator's own pictures (default: synthetic heads where the model"
                    + " has a network that reads their factors).")
    private @Nullable Data data;

    /** What a run is tested by, as often as its settings say; null for no tests. */
    @Nullable
    TrainingTest of(ModelFolder base) {
        if (pairs == 0) {
            return null;
        }
        if (pairs < 2) {
            throw new RefusedSettings("--test-pairs must be 0, for no tests, or at least 2, got " + pairs);
        }
        boolean rendered = data == null ? base.has(ModelNetwork.FACTORS) : data == Data.RENDERED;
        int side = base.network(ModelNetwork.GENERATOR)
                .config()
                .get("img_resolution")
                .asInt();
        return rendered ? new MeasuredTest(new RenderedPairs(pairs, side, SEED)) : MeasuredTest.generated(pairs, SEED);
    }
}

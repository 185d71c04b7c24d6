package org.semblance;

import java.io.IOException;
import java.util.function.IntConsumer;
import org.semblance.training.TestScores;

/** Measures a model during training. */
@FunctionalInterface
public interface TrainingTest {
    /**
     * Measures what has been learnt so far.
     *
     * @param snapshot the model with the values that an export would have; closed by the caller
     * @param step steps done
     */
    TestScores run(Disentangler snapshot, long step) throws IOException;

    /**
     * As {@link #run(Disentangler, long)}, for tests that take long.
     *
     * @param progress hears how many more pairs, or what else it goes through, are done; what it throws ends the test
     */
    default TestScores run(Disentangler snapshot, long step, IntConsumer progress) throws IOException {
        return run(snapshot, step);
    }
}

package org.semblance;

import java.io.IOException;
import org.semblance.training.TestScores;

/** Measures a model during training. */
public interface TrainingTest {
    /**
     * Measures what has been learnt so far.
     *
     * @param snapshot the model with the values that an export would have; closed by the caller
     * @param step steps done
     */
    TestScores run(Disentangler snapshot, long step) throws IOException;
}

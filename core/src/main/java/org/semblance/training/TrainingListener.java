package org.semblance.training;

import java.nio.file.Path;

/**
 * Hears of a run, on the thread that trains. An exception from a listener ends the run after a checkpoint is written.
 * Reports come every so many steps: see {@link RunConfig}.
 */
public interface TrainingListener {
    /** Losses and speed, every {@code reportEvery} steps. */
    default void progressed(TrainingProgress progress) {}

    /** Pictures of a step, every {@code previewEvery} steps. */
    default void previewed(TrainingPreview preview) {}

    /** A test goes on, which takes long: so many pairs, or what else it goes through, are done. */
    default void testing(long step, int done) {}

    /** The result of a test, every {@code testEvery} steps. */
    default void tested(long step, TestScores scores) {}

    /** A checkpoint is complete at this place. */
    default void saved(long step, Path checkpoint) {}
}

package org.semblance.training;

import java.time.Duration;

/**
 * Where a run stands.
 *
 * @param step steps done since the beginning of training, resumed ones included
 * @param steps steps in all, or 0 if the run has no end
 * @param losses of the last step done
 * @param rate learning rate of the last step done
 * @param skipped steps whose losses or gradients were not finite, so that nothing was updated
 * @param imagesPerSecond rows of batches per second since the last report
 * @param remaining time that the rest will take at this speed; zero if the run has no end
 */
public record TrainingProgress(
        long step,
        long steps,
        StepLosses losses,
        double rate,
        long skipped,
        double imagesPerSecond,
        Duration remaining) {}

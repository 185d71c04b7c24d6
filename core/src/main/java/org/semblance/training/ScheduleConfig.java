package org.semblance.training;

/**
 * What happens in which step, and how fast training goes. Steps count from 0.
 *
 * @param crossEvery every so many steps, step 0 included, sources differ; 0 for never
 * @param crossShare share of the rows of such a step whose attribute picture is another than the identity picture, in
 *     (0, 1]; the other rows, and all rows of other steps, have one picture as both
 * @param adversarialEvery every so many steps, step 0 included, the latent discriminator takes part and is trained; 0
 *     for never
 * @param steps steps in all; 0 for no end
 * @param warmUp steps over which learning rates rise from 0
 * @param decayShare the last share of all steps over which learning rates fall along a half cosine; 0 for none
 * @param decayTo the share of the learning rate that is left at the end
 * @param classPath steps over which style codes come to the model's from near the mean where the attribute code
 *     says a rare class, such as glasses ({@link ClassPath}); 0 for none. Such a run goes on from a model, whose
 *     mapper begins with a step to each rare class that the attribute teacher reads. Below {@code steps} where these
 *     have an end: only behind the path is the mapper trained at its own codes
 * @param classPathFrom how much of the way lies behind them in the first step, in [0, 1)
 */
public record ScheduleConfig(
        int crossEvery,
        double crossShare,
        int adversarialEvery,
        long steps,
        int warmUp,
        double decayShare,
        double decayTo,
        int classPath,
        double classPathFrom) {
    private static final double NEAR = 0.3;

    public ScheduleConfig {
        Require.that(crossEvery >= 0, "crossEvery", "at least 0", crossEvery);
        Require.that(crossShare > 0 && crossShare <= 1, "crossShare", "in (0, 1]", crossShare);
        Require.that(adversarialEvery >= 0, "adversarialEvery", "at least 0", adversarialEvery);
        Require.that(steps >= 0, "steps", "at least 0", steps);
        Require.that(warmUp >= 0, "warmUp", "at least 0", warmUp);
        Require.share(decayShare, "decayShare");
        Require.share(decayTo, "decayTo");
        Require.that(classPath >= 0, "classPath", "at least 0", classPath);
        Require.that(
                steps == 0 || classPath < steps,
                "classPath",
                "below steps, " + steps + ", since the mapper is trained at its own codes only after it",
                classPath);
        Require.that(classPathFrom >= 0 && classPathFrom < 1, "classPathFrom", "in [0, 1)", classPathFrom);
        Require.that(decayShare == 0 || steps > 0, "decayShare", "0 where steps has no end", decayShare);
    }

    /** The paper's: sources differ every third step, the discriminator takes part every second, rates are constant. */
    public static ScheduleConfig paper() {
        return new ScheduleConfig(3, 1, 2, 0, 0, 0, 1, 0, NEAR);
    }

    /** Half of each batch with two sources, warm-up, and a decay over the last 60 %. */
    public static ScheduleConfig stable(long steps) {
        return new ScheduleConfig(
                1, 0.5, 1, steps, (int) Math.min(100, steps / 10), steps == 0 ? 0 : 0.6, 0.01, 0, NEAR);
    }

    /** Rows of a batch whose sources differ in this step; they come last. */
    public int crossRows(long step, int batch) {
        boolean cross = crossEvery > 0 && step % crossEvery == 0;
        return cross ? (int) Math.min(batch, Math.round(crossShare * batch)) : 0;
    }

    /** How much of the way of {@link ClassPath} lies before style codes in this step, in [0, 1]. */
    public double classPathLeft(long step) {
        return step >= classPath ? 0 : (1 - classPathFrom) * (1 - step / (double) classPath);
    }

    /** Whether the latent discriminator takes part in this step. */
    public boolean isAdversarial(long step) {
        return adversarialEvery > 0 && step % adversarialEvery == 0;
    }

    /** The share of the learning rates that this step takes. */
    public double rate(long step) {
        double up = warmUp == 0 ? 1 : Math.min(1, (step + 1.0) / warmUp);
        double from = steps * (1 - decayShare);
        if (decayShare == 0 || step <= from) {
            return up;
        }
        double t = Math.min(1, (step - from) / (steps - from));
        return up * (decayTo + (1 - decayTo) * 0.5 * (1 + StrictMath.cos(Math.PI * t)));
    }
}

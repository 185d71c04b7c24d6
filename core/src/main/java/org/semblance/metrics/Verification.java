package org.semblance.metrics;

import java.util.Arrays;

/**
 * How well similarities tell pairs of one person (genuine) from pairs of two (impostors). A pair is accepted where its
 * similarity is at least the threshold. FAR is the share of impostors accepted, TAR that of genuine pairs.
 */
public final class Verification {
    private final double[] genuine;
    private final double[] impostors;

    /**
     * Two sets of similarities.
     *
     * @throws IllegalArgumentException if one is empty or holds NaN
     */
    public Verification(double[] genuine, double[] impostors) {
        this.genuine = sorted("genuine", genuine);
        this.impostors = sorted("impostor", impostors);
    }

    private static double[] sorted(String what, double[] values) {
        if (values.length == 0 || Arrays.stream(values).anyMatch(Double::isNaN)) {
            throw new IllegalArgumentException(
                    "verification: " + what + " similarities must be numbers, at least one, got " + values.length);
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    /** The quantile 1 - far of the impostors, interpolated linearly: the operating threshold for that FAR. */
    public double threshold(double far) {
        return Statistics.quantileOfSorted(impostors, 1 - far);
    }

    /** Share of genuine pairs at or above a threshold. */
    public double tar(double threshold) {
        return shareFrom(genuine, threshold);
    }

    /** Share of impostors at or above a threshold. */
    public double far(double threshold) {
        return shareFrom(impostors, threshold);
    }

    /** Chance that a genuine pair is more similar than an impostor, ties counted half: the area under the ROC curve. */
    public double auc() {
        double wins = 0;
        int below = 0;
        int upTo = 0;
        for (double g : genuine) {
            while (below < impostors.length && impostors[below] < g) {
                below++;
            }
            upTo = Math.max(upTo, below);
            while (upTo < impostors.length && impostors[upTo] <= g) {
                upTo++;
            }
            wins += 0.5 * below + 0.5 * upTo;
        }
        return wins / ((double) genuine.length * impostors.length);
    }

    /** The equal error rate: mean of 1 - TAR and FAR at the similarity where they differ least. */
    public double eer() {
        double least = Double.POSITIVE_INFINITY;
        double eer = 1;
        for (double[] side : new double[][] {genuine, impostors}) {
            int step = Math.max(1, side.length / 100_000);
            for (int i = 0; i < side.length; i += step) {
                double miss = 1 - tar(side[i]);
                double alarm = far(side[i]);
                if (Math.abs(miss - alarm) < least) {
                    least = Math.abs(miss - alarm);
                    eer = (miss + alarm) / 2;
                }
            }
        }
        return eer;
    }

    private static double shareFrom(double[] sorted, double threshold) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < threshold) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return (double) (sorted.length - low) / sorted.length;
    }
}

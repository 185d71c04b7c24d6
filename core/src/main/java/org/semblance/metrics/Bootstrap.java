package org.semblance.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Percentile bootstrap over clusters: rows that show one person are drawn together, since they are not independent
 * (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13). Seeded: every statistic sees the same
 * draws.
 */
public final class Bootstrap {
    /** Usual number of resamples. */
    public static final int RESAMPLES = 1000;

    private static final double TAIL = 0.025;

    private final int[][] members;
    private final int rows;
    private final int resamples;
    private final long seed;

    /**
     * A bootstrap of rows.
     *
     * @param clusters cluster of each row, any numbers
     * @param resamples at least 1
     * @param seed of the draws
     * @throws IllegalArgumentException if there is no row or no resample
     */
    public Bootstrap(int[] clusters, int resamples, long seed) {
        if (clusters.length == 0 || resamples < 1) {
            throw new IllegalArgumentException("bootstrap: at least one row and one resample are needed, got "
                    + clusters.length + " and " + resamples);
        }
        Map<Integer, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < clusters.length; i++) {
            groups.computeIfAbsent(clusters[i], c -> new ArrayList<>()).add(i);
        }
        members = groups.values().stream()
                .map(g -> g.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
        rows = clusters.length;
        this.resamples = resamples;
        this.seed = seed;
    }

    /** A bootstrap of independent rows. */
    public static Bootstrap ofRows(int rows, int resamples, long seed) {
        int[] clusters = new int[rows];
        Arrays.setAll(clusters, i -> i);
        return new Bootstrap(clusters, resamples, seed);
    }

    /** Number of rows. */
    public int rows() {
        return rows;
    }

    /** Number of clusters. */
    public int clusters() {
        return members.length;
    }

    /** The mean of one number per row. */
    public Interval mean(double[] values) {
        requireRows(values.length);
        double[] sums = new double[members.length];
        for (int c = 0; c < members.length; c++) {
            for (int row : members[c]) {
                sums[c] += values[row];
            }
        }
        double[] means = new double[resamples];
        SplittableRandom random = new SplittableRandom(seed);
        for (int r = 0; r < resamples; r++) {
            double sum = 0;
            int count = 0;
            for (int k = 0; k < members.length; k++) {
                int c = random.nextInt(members.length);
                sum += sums[c];
                count += members[c].length;
            }
            means[r] = sum / count;
        }
        return interval(Statistics.mean(values), means);
    }

    /** The share of rows of which something holds. */
    public Interval share(boolean[] holds) {
        double[] values = new double[holds.length];
        Arrays.setAll(values, i -> holds[i] ? 1 : 0);
        return mean(values);
    }

    /**
     * Any statistic of rows.
     *
     * @param statistic from the numbers of rows, some of them several times, to the figure; resamples for which it is
     *     NaN do not count
     */
    public Interval of(ToDoubleFunction<int[]> statistic) {
        int[] all = new int[rows];
        Arrays.setAll(all, i -> i);
        return interval(statistic.applyAsDouble(all), resampled(statistic));
    }

    /** The standard error of a statistic as for {@link #of}: its standard deviation over the resamples. */
    public double error(ToDoubleFunction<int[]> statistic) {
        double[] values = Arrays.stream(resampled(statistic))
                .filter(v -> !Double.isNaN(v))
                .toArray();
        double mean = Statistics.mean(values);
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return Math.sqrt(squares / (values.length - 1));
    }

    private double[] resampled(ToDoubleFunction<int[]> statistic) {
        double[] values = new double[resamples];
        SplittableRandom random = new SplittableRandom(seed);
        for (int r = 0; r < resamples; r++) {
            values[r] = statistic.applyAsDouble(draw(random));
        }
        return values;
    }

    private int[] draw(SplittableRandom random) {
        int[] drawn = new int[members.length];
        int count = 0;
        for (int k = 0; k < drawn.length; k++) {
            drawn[k] = random.nextInt(members.length);
            count += members[drawn[k]].length;
        }
        int[] numbers = new int[count];
        int at = 0;
        for (int c : drawn) {
            System.arraycopy(members[c], 0, numbers, at, members[c].length);
            at += members[c].length;
        }
        return numbers;
    }

    private static Interval interval(double value, double[] resampled) {
        double[] sorted =
                Arrays.stream(resampled).filter(v -> !Double.isNaN(v)).sorted().toArray();
        if (sorted.length == 0) {
            return Interval.of(value);
        }
        return new Interval(
                value, Statistics.quantileOfSorted(sorted, TAIL), Statistics.quantileOfSorted(sorted, 1 - TAIL));
    }

    private void requireRows(int got) {
        if (got != rows) {
            throw new IllegalArgumentException("bootstrap: values must be one per row, " + rows + ", got " + got);
        }
    }
}

package org.semblance.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Milliseconds of one thing done many times.
 *
 * @param median half took no longer
 * @param p10 a tenth took no longer
 * @param p90 a tenth took no less
 * @param count how often
 */
public record Spread(double median, double p10, double p90, int count) {
    /** Of times in milliseconds, at least one. */
    public static Spread of(List<Double> millis) {
        double[] sorted =
                millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int last = sorted.length - 1;
        return new Spread(
                median(sorted),
                sorted[(int) Math.round(0.1 * last)],
                sorted[(int) Math.round(0.9 * last)],
                sorted.length);
    }

    /** The median of at least one value. */
    public static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** As an object of JSON. */
    public Map<String, Object> json() {
        return Map.of("median", median, "p10", p10, "p90", p90, "count", count);
    }
}

package org.semblance.metrics;

import java.util.Locale;

/**
 * A figure with its 95 % confidence interval.
 *
 * @param value the figure on all data
 * @param low lower end, NaN if no interval was estimated
 * @param high upper end, NaN if no interval was estimated
 */
public record Interval(double value, double low, double high) {
    /** A figure without an interval. */
    public static Interval of(double value) {
        return new Interval(value, Double.NaN, Double.NaN);
    }

    /** Whether there is an interval. */
    public boolean hasEnds() {
        return !Double.isNaN(low) && !Double.isNaN(high);
    }

    @Override
    public String toString() {
        return hasEnds()
                ? String.format(Locale.ROOT, "%.4f [%.4f, %.4f]", value, low, high)
                : String.format(Locale.ROOT, "%.4f", value);
    }
}

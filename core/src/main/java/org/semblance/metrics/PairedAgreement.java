package org.semblance.metrics;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How much better one set of outputs agrees with attributes than another one of the same people: the mean over readable
 * factors of attributes of the difference of agreements. People are resampled for both at once, so that what makes
 * somebody hard to read does not count.
 *
 * @param difference with its 95 % interval by bootstrap
 * @param error its standard error: the standard deviation over the resamples
 * @param factors how many were readable
 */
public record PairedAgreement(Interval difference, double error, int factors) {
    /**
     * Of readings of the same people in the same order.
     *
     * @param bootstrap of these people
     */
    public static PairedAgreement of(FactorReadings one, FactorReadings other, Bootstrap bootstrap) {
        List<Factor> factors = one.layout().factors().stream()
                .filter(f -> !f.ofIdentity() && one.isReadable(f))
                .toList();
        if (factors.isEmpty()) {
            return new PairedAgreement(Interval.of(Double.NaN), Double.NaN, 0);
        }
        List<ToDoubleFunction<int[]>> ones =
                factors.stream().map(one::agreement).toList();
        List<ToDoubleFunction<int[]>> others =
                factors.stream().map(other::agreement).toList();
        ToDoubleFunction<int[]> difference = rows -> mean(ones, rows) - mean(others, rows);
        return new PairedAgreement(bootstrap.of(difference), bootstrap.error(difference), factors.size());
    }

    private static double mean(List<ToDoubleFunction<int[]>> agreements, int[] rows) {
        return agreements.stream()
                .mapToDouble(a -> a.applyAsDouble(rows))
                .average()
                .orElse(Double.NaN);
    }
}

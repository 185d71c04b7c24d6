package org.semblance.metrics;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;

/**
 * How steady an identity is over the frames of a sequence, by one recogniser with unit embeddings e_t
 * ({@code docs/sequences.md}, Figures).
 *
 * @param frames T
 * @param mean mean of c(e_t, e_id), the cosine with the wanted identity; NaN where there is no picture of it
 * @param low 5th percentile of the same
 * @param pairwise mean cosine of all pairs of different frames
 * @param jitter mean |e_t - e_(t-1)| over neighbouring frames
 * @param drift slope of c(e_t, e_id) against t, per 100 frames
 */
public record TemporalFigures(int frames, double mean, double low, double pairwise, double jitter, double drift) {
    private static final int DRIFT_FRAMES = 100;

    /**
     * The figures of a sequence.
     *
     * @param numbers of the frames in ascending order; only neighbours count for the jitter
     * @param embeddings {@code [T, D]}, T at least 2
     * @param identity the wanted embedding, {@code [1, D]}, or null
     */
    public static TemporalFigures of(int[] numbers, HostArray embeddings, @Nullable HostArray identity) {
        requireNumbers(numbers, embeddings);
        int width = embeddings.shape().dim(1);
        float[] unit = Embeddings.unit(embeddings);
        double[] cosines = identity == null ? new double[0] : cosines(unit, Embeddings.unit(identity), width);
        double[] sorted = cosines.clone();
        Arrays.sort(sorted);
        boolean has = cosines.length > 0;
        return new TemporalFigures(
                numbers.length,
                has ? Statistics.mean(cosines) : Double.NaN,
                has ? Statistics.quantileOfSorted(sorted, 0.05) : Double.NaN,
                pairwise(unit, width),
                jitter(numbers, unit, width),
                has ? DRIFT_FRAMES * slope(numbers, cosines) : Double.NaN);
    }

    static void requireNumbers(int[] numbers, HostArray rows) {
        Statistics.requireRows("temporal", rows);
        if (numbers.length != rows.shape().dim(0) || numbers.length < 2) {
            throw new IllegalArgumentException("temporal: a frame number for each of at least 2 rows is needed, got "
                    + numbers.length + " and " + rows.shape());
        }
    }

    private static double[] cosines(float[] unit, float[] identity, int width) {
        double[] cosines = new double[unit.length / width];
        Arrays.setAll(cosines, t -> Embeddings.dot(unit, t, identity, 0, width));
        return cosines;
    }

    /** From the square of the sum of all: it holds every pair twice, and each with itself. */
    private static double pairwise(float[] unit, int width) {
        double[] sum = new double[width];
        double own = 0;
        for (int i = 0; i < unit.length; i++) {
            sum[i % width] += unit[i];
            own += (double) unit[i] * unit[i];
        }
        double all = 0;
        for (double s : sum) {
            all += s * s;
        }
        double count = (double) unit.length / width;
        return (all - own) / (count * (count - 1));
    }

    private static double jitter(int[] numbers, float[] unit, int width) {
        double sum = 0;
        int steps = 0;
        for (int t = 1; t < numbers.length; t++) {
            if (numbers[t] == numbers[t - 1] + 1) {
                double square = 0;
                for (int k = 0; k < width; k++) {
                    double d = (double) unit[t * width + k] - unit[(t - 1) * width + k];
                    square += d * d;
                }
                sum += Math.sqrt(square);
                steps++;
            }
        }
        return steps == 0 ? Double.NaN : sum / steps;
    }

    private static double slope(int[] numbers, double[] values) {
        double meanT = Arrays.stream(numbers).average().orElseThrow();
        double meanV = Statistics.mean(values);
        double tv = 0;
        double tt = 0;
        for (int i = 0; i < values.length; i++) {
            tv += (numbers[i] - meanT) * (values[i] - meanV);
            tt += (numbers[i] - meanT) * (numbers[i] - meanT);
        }
        return tv / tt;
    }

    /** The figures that there are, by name. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("frames", frames);
        put(json, "identity_mean", mean);
        put(json, "identity_p5", low);
        put(json, "pairwise_mean", pairwise);
        put(json, "jitter", jitter);
        put(json, "drift_per_100_frames", drift);
        return json;
    }

    static void put(Map<String, Object> json, String key, double value) {
        if (Double.isFinite(value)) {
            json.put(key, value);
        }
    }
}

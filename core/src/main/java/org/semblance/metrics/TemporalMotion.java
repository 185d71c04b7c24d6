package org.semblance.metrics;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.semblance.array.HostArray;

/**
 * How the motion of an output follows that of its input ({@code docs/sequences.md}, Figures).
 *
 * @param jerkIn mean length over points and frames of the third difference of the landmarks of the input, in pixels of
 *     the aligned face per frame cubed
 * @param jerkOut the same of the output
 * @param distance mean distance of the landmarks of both, in the same pixels
 * @param tracking correlation of curves of pose and expression in and out, by name; without curves that stand still
 */
public record TemporalMotion(double jerkIn, double jerkOut, double distance, Map<String, Double> tracking) {
    /** Standard deviation of a normalised factor, of range [-1, 1], from which it is said to move. */
    private static final double LEAST_MOTION = 0.1;

    /** Copies the map. */
    public TemporalMotion {
        tracking = new LinkedHashMap<>(tracking);
    }

    /** Jerk of the output less that of the input. */
    public double jerk() {
        return jerkOut - jerkIn;
    }

    /**
     * The figures of a sequence.
     *
     * @param numbers of the frames in ascending order; only runs of neighbours count for the jerk
     * @param input landmarks {@code [T, 136]} as fractions of the face's side
     * @param output of input's shape
     * @param side pixels of the face's side
     * @param curves further curves, in and out by name: rows {in, out} of T numbers
     */
    public static TemporalMotion of(
            int[] numbers, HostArray input, HostArray output, double side, Map<String, double[][]> curves) {
        TemporalFigures.requireNumbers(numbers, input);
        Statistics.requireSame("temporal", input, output);
        Map<String, Double> tracking = new LinkedHashMap<>();
        for (FaceMeasure measure : FaceMeasure.values()) {
            correlate(
                    "landmarks_" + measure.name().toLowerCase(Locale.ROOT),
                    measure.of(input),
                    measure.of(output),
                    tracking);
        }
        curves.forEach((name, both) -> correlate(name, both[0], both[1], tracking));
        return new TemporalMotion(
                side * jerk(numbers, input),
                side * jerk(numbers, output),
                Statistics.mean(Landmarks.meanPixels(output, input, 1)) * side,
                tracking);
    }

    private static void correlate(String name, double[] in, double[] out, Map<String, Double> to) {
        double r = Statistics.correlation(in, out, Statistics.range(in.length));
        if (Double.isFinite(r)) {
            to.put(name, r);
        }
    }

    /** The jerk of landmarks {@code [T, 2K]}, in their unit; NaN if there are not 4 neighbouring frames. */
    static double jerk(int[] numbers, HostArray rows) {
        int width = rows.shape().dim(1);
        float[] p = rows.data();
        double sum = 0;
        int count = 0;
        for (int t = 3; t < numbers.length; t++) {
            if (numbers[t] != numbers[t - 3] + 3) {
                continue;
            }
            for (int k = 0; k < width; k += 2) {
                sum += Math.hypot(third(p, t * width + k, width), third(p, t * width + k + 1, width));
                count++;
            }
        }
        return count == 0 ? Double.NaN : sum / count;
    }

    private static double third(float[] p, int at, int width) {
        return (double) p[at] - 3.0 * p[at - width] + 3.0 * p[at - 2 * width] - p[at - 3 * width];
    }

    /**
     * Curves of the linear attribute factors that a regressor reads in both, for {@link #of}; without those that hardly
     * move in the input.
     */
    public static Map<String, double[][]> curves(FactorLayout layout, HostArray input, HostArray output) {
        Statistics.requireSame("temporal", input, output);
        Map<String, double[][]> curves = new LinkedHashMap<>();
        for (Factor factor : layout.factors()) {
            double[] in = Statistics.column(input, factor.column());
            if (!factor.ofIdentity() && factor.kind() == Factor.Kind.LINEAR && deviation(in) >= LEAST_MOTION) {
                curves.put("factor_" + factor.name(), new double[][] {in, Statistics.column(output, factor.column())});
            }
        }
        return curves;
    }

    private static double deviation(double[] values) {
        double mean = Statistics.mean(values);
        return Math.sqrt(Statistics.mean(
                Arrays.stream(values).map(v -> (v - mean) * (v - mean)).toArray()));
    }

    /** The figures that there are, by name. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        TemporalFigures.put(json, "landmark_jerk_in", jerkIn);
        TemporalFigures.put(json, "landmark_jerk_out", jerkOut);
        TemporalFigures.put(json, "landmark_jerk_out_minus_in", jerk());
        TemporalFigures.put(json, "landmark_px", distance);
        json.put("tracking", tracking);
        return json;
    }
}

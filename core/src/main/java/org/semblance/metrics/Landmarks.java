package org.semblance.metrics;

import org.semblance.array.HostArray;

/**
 * Distances of landmarks between two pictures. Rows are {@code [N, 2K]}: x0, y0, x1, y1, ... as fractions of the
 * picture's sides; K is 68 in iBUG order, or any number where a method does not say otherwise.
 */
public final class Landmarks {
    /** Points of the iBUG order. */
    public static final int IBUG = 68;
    /** The first 17 points of the iBUG order are the jaw, which the paper leaves out. */
    public static final int JAW = 17;
    /** Side of the grid in which the paper's code counts. */
    public static final int GRID = 160;

    private static final int LEFT_EYE = 36;
    private static final int RIGHT_EYE = 45;

    private Landmarks() {}

    /** Mean over the points of the euclidean distance, in pixels of a square picture of this side; one per row. */
    public static double[] meanPixels(HostArray a, HostArray b, int side) {
        return each(a, b, (p, q, at, width) -> side * meanDistance(p, q, at, at + width));
    }

    /**
     * Mean squared difference of coordinates without the jaw, in squared pixels of the 160 grid, as the paper's code.
     */
    public static double[] squaredOnGrid(HostArray a, HostArray b) {
        requireIbug(a);
        return each(a, b, (p, q, at, width) -> {
            double sum = 0;
            for (int k = 2 * JAW; k < width; k++) {
                double d = GRID * ((double) p[at + k] - q[at + k]);
                sum += d * d;
            }
            return sum / (width - 2 * JAW);
        });
    }

    /** Mean over the points of the squared euclidean distance, in squared pixels of a square picture of this side. */
    public static double[] squaredPixels(HostArray a, HostArray b, int side) {
        return squaredPixels(a, b, side, 0);
    }

    /** The same without the jaw. */
    public static double[] innerSquaredPixels(HostArray a, HostArray b, int side) {
        requireIbug(a);
        return squaredPixels(a, b, side, JAW);
    }

    private static double[] squaredPixels(HostArray a, HostArray b, int side, int first) {
        return each(a, b, (p, q, at, width) -> {
            double sum = 0;
            for (int k = at + 2 * first; k < at + width; k++) {
                double d = side * ((double) p[k] - q[k]);
                sum += d * d;
            }
            return 2 * sum / (width - 2 * first);
        });
    }

    /** Mean distance divided by the distance of the outer corners of the eyes in {@code b}. */
    public static double[] normalised(HostArray a, HostArray b) {
        return normalised(a, b, 0);
    }

    /** The same without the jaw. */
    public static double[] innerNormalised(HostArray a, HostArray b) {
        return normalised(a, b, JAW);
    }

    private static double[] normalised(HostArray a, HostArray b, int first) {
        requireIbug(a);
        return each(
                a,
                b,
                (p, q, at, width) -> meanDistance(p, q, at + 2 * first, at + width)
                        / Math.hypot(
                                (double) q[at + 2 * LEFT_EYE] - q[at + 2 * RIGHT_EYE],
                                (double) q[at + 2 * LEFT_EYE + 1] - q[at + 2 * RIGHT_EYE + 1]));
    }

    private interface Distance {
        double of(float[] a, float[] b, int at, int width);
    }

    private static double[] each(HostArray a, HostArray b, Distance distance) {
        Statistics.requireSame("landmarks", a, b);
        int width = a.shape().dim(1);
        double[] all = new double[a.shape().dim(0)];
        for (int i = 0; i < all.length; i++) {
            all[i] = distance.of(a.data(), b.data(), i * width, width);
        }
        return all;
    }

    private static double meanDistance(float[] a, float[] b, int from, int to) {
        double sum = 0;
        for (int k = from; k < to; k += 2) {
            sum += Math.hypot((double) a[k] - b[k], (double) a[k + 1] - b[k + 1]);
        }
        return 2 * sum / (to - from);
    }

    static void requireIbug(HostArray rows) {
        if (rows.shape().rank() != 2 || rows.shape().dim(1) != 2 * IBUG) {
            throw new IllegalArgumentException("landmarks: rows of 68 points [N, 136] are needed, got " + rows.shape());
        }
    }
}

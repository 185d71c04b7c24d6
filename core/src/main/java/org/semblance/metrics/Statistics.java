package org.semblance.metrics;

import java.util.Arrays;
import org.semblance.array.HostArray;

/** Sums over numbers, in double precision. */
final class Statistics {
    private Statistics() {}

    static double mean(double[] values) {
        double sum = 0;
        for (double v : values) {
            sum += v;
        }
        return sum / values.length;
    }

    /** Over these rows. */
    static double mean(double[] values, int[] rows) {
        double sum = 0;
        for (int row : rows) {
            sum += values[row];
        }
        return sum / rows.length;
    }

    /** The quantile q in [0, 1] of ascending numbers, interpolated linearly between neighbours. */
    static double quantileOfSorted(double[] sorted, double q) {
        double at = q * (sorted.length - 1);
        int below = (int) Math.floor(at);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    /** Pearson's correlation over these rows; NaN where one side does not vary. */
    static double correlation(double[] x, double[] y, int[] rows) {
        double meanX = 0;
        double meanY = 0;
        for (int row : rows) {
            meanX += x[row];
            meanY += y[row];
        }
        meanX /= rows.length;
        meanY /= rows.length;
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int row : rows) {
            double dx = x[row] - meanX;
            double dy = y[row] - meanY;
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }
        return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : Double.NaN;
    }

    /** 1 - mean squared error over variance of the truth. */
    static double determination(double[] truth, double[] read) {
        double mean = mean(truth);
        double error = 0;
        double variance = 0;
        for (int i = 0; i < truth.length; i++) {
            error += (truth[i] - read[i]) * (truth[i] - read[i]);
            variance += (truth[i] - mean) * (truth[i] - mean);
        }
        return variance > 0 ? 1 - error / variance : Double.NaN;
    }

    /** Euclidean distances row by row. */
    static double[] distances(HostArray a, HostArray b) {
        requireSame("distances", a, b);
        int width = a.shape().dim(1);
        double[] all = new double[a.shape().dim(0)];
        for (int i = 0; i < all.length; i++) {
            double square = 0;
            for (int k = i * width; k < (i + 1) * width; k++) {
                double d = (double) a.data()[k] - b.data()[k];
                square += d * d;
            }
            all[i] = Math.sqrt(square);
        }
        return all;
    }

    static int[] range(int count) {
        int[] all = new int[count];
        Arrays.setAll(all, i -> i);
        return all;
    }

    /** A column of rows {@code [N, D]}. */
    static double[] column(HostArray rows, int column) {
        int width = rows.shape().dim(1);
        double[] values = new double[rows.shape().dim(0)];
        for (int i = 0; i < values.length; i++) {
            values[i] = rows.data()[i * width + column];
        }
        return values;
    }

    static void requireRows(String what, HostArray rows) {
        if (rows.shape().rank() != 2 || rows.shape().dim(0) == 0) {
            throw new IllegalArgumentException(what + ": rows [N, D] are needed, got " + rows.shape());
        }
    }

    static void requireSame(String what, HostArray a, HostArray b) {
        requireRows(what, a);
        if (!a.shape().equals(b.shape())) {
            throw new IllegalArgumentException(what + ": shapes must agree, got " + a.shape() + " and " + b.shape());
        }
    }
}

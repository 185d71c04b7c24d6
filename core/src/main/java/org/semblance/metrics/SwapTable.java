package org.semblance.metrics;

import org.semblance.array.HostArray;

/**
 * A code of the outputs of a table of swaps: how much it changes along one side, and how much along the other.
 *
 * @param rows codes {@code [side * side, D]}: identity i with attributes a at row {@code i * side + a}
 * @param side identities, and attributes
 */
public record SwapTable(HostArray rows, int side) {
    public SwapTable {
        Statistics.requireRows("table", rows);
        if (side < 2 || rows.shape().dim(0) != side * side) {
            throw new IllegalArgumentException(
                    "table: side * side rows are needed, got " + rows.shape() + " for a side of " + side);
        }
    }

    /** Variance over the attributes with one identity, summed over columns, mean over identities. */
    public double acrossAttributes() {
        return variance(side, 1);
    }

    /** Variance over the identities with one set of attributes, summed over columns, mean over attributes. */
    public double acrossIdentities() {
        return variance(1, side);
    }

    /** Mean over groups, each of rows {@code g * groupStep + k * step}. */
    private double variance(int groupStep, int step) {
        int width = rows.shape().dim(1);
        double sum = 0;
        for (int g = 0; g < side; g++) {
            for (int c = 0; c < width; c++) {
                double mean = 0;
                double square = 0;
                for (int k = 0; k < side; k++) {
                    double v = rows.data()[(g * groupStep + k * step) * width + c];
                    mean += v / side;
                    square += v * v;
                }
                sum += (square - side * mean * mean) / (side - 1);
            }
        }
        return sum / side;
    }
}

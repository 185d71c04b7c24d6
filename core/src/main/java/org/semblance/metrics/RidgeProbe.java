package org.semblance.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.semblance.array.HostArray;

/**
 * What a code tells linearly: ridge regression from standardised codes to targets, fitted on half of the groups of rows
 * and read on the other half. Rows of one group, such as pictures of one person, are never on both sides: a code that
 * knew people by heart would else be read as one that tells their factors. The penalty is the one that reads a quarter
 * of the fitted groups best, per target, when fitted on its rest.
 */
public final class RidgeProbe {
    /** Groups of rows that a split needs. */
    static final int LEAST_GROUPS = 16;

    private static final double[] PENALTIES = {1e-3, 1e-2, 1e-1, 1, 10};

    private final int[] fitted;
    private final int[] held;
    private final DMatrixRMaj x;
    private final Solver whole;
    private final Solver part;
    private final int[] partRows;
    private final int[] choosing;

    /**
     * A probe of codes whose rows are groups of their own.
     *
     * @param codes {@code [N, D]}, at least 16 rows
     * @param seed of the split
     */
    public RidgeProbe(HostArray codes, long seed) {
        this(codes, Statistics.range(codes.shape().dim(0)), seed);
    }

    /**
     * A probe of codes.
     *
     * @param codes {@code [N, D]}
     * @param groups number of the group of each row, at least 16 different ones in all
     * @param seed of the split
     */
    public RidgeProbe(HostArray codes, int[] groups, long seed) {
        Statistics.requireRows("probe", codes);
        if (groups.length != codes.shape().dim(0)) {
            throw new IllegalArgumentException("probe: groups must be one per row, got " + groups.length + " for "
                    + codes.shape().dim(0) + " rows");
        }
        int[] names = Arrays.stream(groups).distinct().toArray();
        int n = names.length;
        if (n < LEAST_GROUPS) {
            throw new IllegalArgumentException("probe: at least " + LEAST_GROUPS + " groups are needed, got " + n);
        }
        int[] order = shuffled(n, seed);
        List<int[]> members = members(groups, names);
        int part = n / 2 * 3 / 4;
        partRows = members(members, order, 0, part);
        choosing = members(members, order, part, n / 2);
        fitted = members(members, order, 0, n / 2);
        held = members(members, order, n / 2, n);
        x = standardised(codes);
        whole = new Solver(rows(x, fitted));
        this.part = new Solver(rows(x, partRows));
    }

    /** The rows of each group, in the order of their names. */
    private static List<int[]> members(int[] groups, int[] names) {
        Map<Integer, List<Integer>> rows = new HashMap<>();
        for (int i = 0; i < groups.length; i++) {
            rows.computeIfAbsent(groups[i], g -> new ArrayList<>()).add(i);
        }
        return Arrays.stream(names)
                .mapToObj(g -> rows.getOrDefault(g, List.of()).stream()
                        .mapToInt(Integer::intValue)
                        .toArray())
                .toList();
    }

    private static int[] members(List<int[]> groups, int[] order, int from, int to) {
        return Arrays.stream(order, from, to)
                .flatMap(g -> Arrays.stream(groups.get(g)))
                .toArray();
    }

    private static int[] shuffled(int n, long seed) {
        int[] order = Statistics.range(n);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = n - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }

    /** Zero mean, unit deviation; columns that do not vary become 0. */
    private static DMatrixRMaj standardised(HostArray codes) {
        DMatrixRMaj x = Moments.centred(codes);
        for (int k = 0; k < x.numCols; k++) {
            double square = 0;
            for (int i = 0; i < x.numRows; i++) {
                square += x.get(i, k) * x.get(i, k);
            }
            double deviation = Math.sqrt(square / x.numRows);
            for (int i = 0; i < x.numRows; i++) {
                x.set(i, k, deviation > 1e-12 ? x.get(i, k) / deviation : 0);
            }
        }
        return x;
    }

    private static DMatrixRMaj rows(DMatrixRMaj x, int[] rows) {
        DMatrixRMaj some = new DMatrixRMaj(rows.length, x.numCols);
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(x.data, rows[i] * x.numCols, some.data, i * x.numCols, x.numCols);
        }
        return some;
    }

    /** The rows that are read, in the order of {@link #read}. */
    public int[] heldOut() {
        return held.clone();
    }

    /** Readings of one target, one number per row, on the held-out rows. */
    public double[] read(double[] target) {
        double best = Double.POSITIVE_INFINITY;
        double penalty = PENALTIES[0];
        Target onPart = part.target(picked(target, partRows));
        for (double p : PENALTIES) {
            double error = error(target, choosing, onPart.predict(rows(x, choosing), p));
            if (error < best) {
                best = error;
                penalty = p;
            }
        }
        return whole.target(picked(target, fitted)).predict(rows(x, held), penalty);
    }

    /** R2 of the readings of a target on the held-out rows; 0 is what its mean alone would give. */
    public double determination(double[] target) {
        return Statistics.determination(picked(target, held), read(target));
    }

    /** Share of held-out rows whose class is read right, by the greatest of one regression per class. */
    public double accuracy(int[] classes, int count) {
        double[][] readings = new double[count][];
        for (int c = 0; c < count; c++) {
            int wanted = c;
            readings[c] = read(
                    Arrays.stream(classes).mapToDouble(k -> k == wanted ? 1 : 0).toArray());
        }
        int right = 0;
        for (int i = 0; i < held.length; i++) {
            int best = 0;
            for (int c = 1; c < count; c++) {
                best = readings[c][i] > readings[best][i] ? c : best;
            }
            right += best == classes[held[i]] ? 1 : 0;
        }
        return (double) right / held.length;
    }

    private static double error(double[] target, int[] rows, double[] read) {
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
            sum += (target[rows[i]] - read[i]) * (target[rows[i]] - read[i]);
        }
        return sum;
    }

    private static double[] picked(double[] all, int[] rows) {
        return Arrays.stream(rows).mapToDouble(i -> all[i]).toArray();
    }

    /** One decomposition of X'X, from which the weights for every penalty and target follow. */
    private static final class Solver {
        private final DMatrixRMaj x;
        private final double[] middle;
        private final DMatrixRMaj vectors;
        private final double[] values;

        Solver(DMatrixRMaj rows) {
            middle = means(rows);
            x = around(rows);
            EigenDecomposition_F64<DMatrixRMaj> eigen = Moments.eigen(Moments.product(x, x), true);
            int n = x.numCols;
            vectors = new DMatrixRMaj(n, n);
            values = new double[n];
            for (int k = 0; k < n; k++) {
                values[k] = Math.max(0, eigen.getEigenvalue(k).getReal());
                System.arraycopy(eigen.getEigenVector(k).data, 0, vectors.data, k * n, n);
            }
        }

        private static double[] means(DMatrixRMaj rows) {
            double[] means = new double[rows.numCols];
            for (int i = 0; i < rows.data.length; i++) {
                means[i % rows.numCols] += rows.data[i] / rows.numRows;
            }
            return means;
        }

        /** Rows less the mean of those it was fitted on. */
        DMatrixRMaj around(DMatrixRMaj rows) {
            DMatrixRMaj out = rows.copy();
            for (int i = 0; i < out.data.length; i++) {
                out.data[i] -= middle[i % out.numCols];
            }
            return out;
        }

        Target target(double[] y) {
            double mean = Statistics.mean(y);
            DMatrixRMaj centred = new DMatrixRMaj(y.length, 1);
            Arrays.setAll(centred.data, i -> y[i] - mean);
            DMatrixRMaj along = new DMatrixRMaj(x.numCols, 1);
            CommonOps_DDRM.mult(vectors, Moments.product(x, centred), along);
            return new Target(this, along, mean);
        }
    }

    /** A target seen by a solver: X'y along the eigenvectors. */
    private record Target(Solver solver, DMatrixRMaj along, double mean) {
        /** The penalty is per row. */
        double[] predict(DMatrixRMaj rows, double penalty) {
            DMatrixRMaj scaled = along.copy();
            double weight = penalty * solver.x.numRows;
            for (int k = 0; k < scaled.data.length; k++) {
                scaled.data[k] /= solver.values[k] + weight;
            }
            DMatrixRMaj out = new DMatrixRMaj(rows.numRows, 1);
            CommonOps_DDRM.mult(solver.around(rows), Moments.product(solver.vectors, scaled), out);
            return Arrays.stream(out.data).map(v -> v + mean).toArray();
        }
    }
}

package org.semblance.metrics;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.semblance.array.HostArray;

/** How much two blocks of a code depend on each other, and how much of a factor each of them tells. */
public final class Dependence {
    private Dependence() {}

    /** HSIC with linear kernels, {@code tr(K H L H) / (n - 1)^2}: 0 for blocks without linear dependence. */
    public static double hsic(HostArray a, HostArray b) {
        double n = requireRows(a, b);
        double norm = NormOps_DDRM.normF(Moments.product(Moments.centred(a), Moments.centred(b)));
        return norm * norm / ((n - 1) * (n - 1));
    }

    /** Linear CKA: HSIC(a, b) / sqrt(HSIC(a, a) HSIC(b, b)), in [0, 1] (Kornblith et al. 2019). */
    public static double cka(HostArray a, HostArray b) {
        return hsic(a, b) / Math.sqrt(hsic(a, a) * hsic(b, b));
    }

    /**
     * Total correlation of rows as a Gaussian, {@code 0.5 (sum log S_ii - log det S)} in nats, at least 0; needs many
     * more rows than columns. Columns that do not vary are left out.
     */
    public static double totalCorrelation(HostArray rows) {
        Statistics.requireRows("total correlation", rows);
        DMatrixRMaj s = Moments.covariance(rows);
        int[] varying = java.util.stream.IntStream.range(0, s.numRows)
                .filter(k -> s.get(k, k) > 1e-12)
                .toArray();
        DMatrixRMaj correlation = new DMatrixRMaj(varying.length, varying.length);
        for (int i = 0; i < varying.length; i++) {
            for (int j = 0; j < varying.length; j++) {
                correlation.set(
                        i,
                        j,
                        s.get(varying[i], varying[j])
                                / Math.sqrt(s.get(varying[i], varying[i]) * s.get(varying[j], varying[j])));
            }
        }
        EigenDecomposition_F64<DMatrixRMaj> eigen = Moments.eigen(correlation, false);
        double sum = 0;
        for (int k = 0; k < varying.length; k++) {
            sum -= 0.5 * Math.log(Math.max(1e-12, eigen.getEigenvalue(k).getReal()));
        }
        return sum;
    }

    /**
     * Mutual information of two series in nats, from a histogram of bins that hold equally many values each; 0 for
     * independent series but for {@code (bins - 1)^2 / 2N} that chance adds.
     */
    public static double mutualInformation(double[] a, double[] b, int bins) {
        if (a.length != b.length || a.length == 0) {
            throw new IllegalArgumentException(
                    "mutual information: series of one length are needed, got " + a.length + " and " + b.length);
        }
        int[] x = binned(a, bins);
        int[] y = binned(b, bins);
        double[][] joint = new double[bins][bins];
        for (int i = 0; i < x.length; i++) {
            joint[x[i]][y[i]] += 1.0 / x.length;
        }
        return information(joint);
    }

    /** Entropy of a series in the bins of {@link #mutualInformation}, in nats. */
    public static double entropy(double[] a, int bins) {
        double[] share = new double[bins];
        for (int bin : binned(a, bins)) {
            share[bin] += 1.0 / a.length;
        }
        double entropy = 0;
        for (double p : share) {
            entropy -= p > 0 ? p * Math.log(p) : 0;
        }
        return entropy;
    }

    private static double information(double[][] joint) {
        int bins = joint.length;
        double[] rows = new double[bins];
        double[] columns = new double[bins];
        for (int i = 0; i < bins; i++) {
            for (int j = 0; j < bins; j++) {
                rows[i] += joint[i][j];
                columns[j] += joint[i][j];
            }
        }
        double sum = 0;
        for (int i = 0; i < bins; i++) {
            for (int j = 0; j < bins; j++) {
                sum += joint[i][j] > 0 ? joint[i][j] * Math.log(joint[i][j] / (rows[i] * columns[j])) : 0;
            }
        }
        return sum;
    }

    /** Equal values share a bin. */
    private static int[] binned(double[] values, int bins) {
        double[] sorted = values.clone();
        java.util.Arrays.sort(sorted);
        int[] binned = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            int at = java.util.Arrays.binarySearch(sorted, values[i]);
            while (at > 0 && sorted[at - 1] == values[i]) {
                at--;
            }
            binned[i] = (int) ((long) at * bins / values.length);
        }
        return binned;
    }

    private static int requireRows(HostArray a, HostArray b) {
        Statistics.requireRows("dependence", a);
        Statistics.requireRows("dependence", b);
        if (a.shape().dim(0) != b.shape().dim(0) || a.shape().dim(0) < 2) {
            throw new IllegalArgumentException(
                    "dependence: two blocks of one number of rows are needed, got " + a.shape() + " and " + b.shape());
        }
        return a.shape().dim(0);
    }
}

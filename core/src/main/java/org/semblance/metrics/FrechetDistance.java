package org.semblance.metrics;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.semblance.array.HostArray;

/**
 * The Frechet distance of two sets of features as Gaussians: {@code |mu_a - mu_b|^2 + tr(S_a + S_b - 2 (S_a
 * S_b)^(1/2))}
 * (Heusel et al., GANs Trained by a Two Time-Scale Update Rule, 2017). With the pool of InceptionV3 as features it is
 * FID. Needs more rows than columns to mean anything; it falls with the number of rows.
 */
public final class FrechetDistance {
    private FrechetDistance() {}

    /**
     * The distance of two sets.
     *
     * @param a {@code [N, D]}, at least two rows
     * @param b {@code [M, D]}, at least two rows
     */
    public static double of(HostArray a, HostArray b) {
        requireFeatures(a, b);
        double[] meanA = Moments.mean(a);
        double[] meanB = Moments.mean(b);
        double distance = 0;
        for (int k = 0; k < meanA.length; k++) {
            distance += (meanA[k] - meanB[k]) * (meanA[k] - meanB[k]);
        }
        DMatrixRMaj covarianceA = Moments.covariance(a);
        DMatrixRMaj covarianceB = Moments.covariance(b);
        distance += CommonOps_DDRM.trace(covarianceA) + CommonOps_DDRM.trace(covarianceB);
        return distance - 2 * traceOfRoot(covarianceA, covarianceB);
    }

    /** tr((A B)^(1/2)) from the symmetric matrix A^(1/2) B A^(1/2), which has the same eigenvalues. */
    private static double traceOfRoot(DMatrixRMaj a, DMatrixRMaj b) {
        DMatrixRMaj root = Moments.root(a);
        DMatrixRMaj half = new DMatrixRMaj(a.numRows, a.numCols);
        CommonOps_DDRM.mult(root, b, half);
        DMatrixRMaj whole = new DMatrixRMaj(a.numRows, a.numCols);
        CommonOps_DDRM.mult(half, root, whole);
        EigenDecomposition_F64<DMatrixRMaj> eigen = Moments.eigen(whole, false);
        double trace = 0;
        for (int k = 0; k < whole.numRows; k++) {
            trace += Math.sqrt(Math.max(0, eigen.getEigenvalue(k).getReal()));
        }
        return trace;
    }

    static void requireFeatures(HostArray a, HostArray b) {
        Statistics.requireRows("features", a);
        Statistics.requireRows("features", b);
        if (a.shape().dim(1) != b.shape().dim(1)
                || a.shape().dim(0) < 2
                || b.shape().dim(0) < 2) {
            throw new IllegalArgumentException("features: two sets of at least two rows of one width are needed, got "
                    + a.shape() + " and " + b.shape());
        }
    }
}

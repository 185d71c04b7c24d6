package org.semblance.metrics;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.semblance.array.HostArray;

/** Means, covariances and symmetric decompositions of rows, in double precision. */
final class Moments {
    private Moments() {}

    static double[] mean(HostArray rows) {
        int n = rows.shape().dim(0);
        int width = rows.shape().dim(1);
        double[] mean = new double[width];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < width; k++) {
                mean[k] += rows.data()[i * width + k];
            }
        }
        for (int k = 0; k < width; k++) {
            mean[k] /= n;
        }
        return mean;
    }

    /** The rows less their mean, [N, D]. */
    static DMatrixRMaj centred(HostArray rows) {
        double[] mean = mean(rows);
        DMatrixRMaj out = new DMatrixRMaj(rows.shape().dim(0), mean.length);
        for (int i = 0; i < out.data.length; i++) {
            out.data[i] = rows.data()[i] - mean[i % mean.length];
        }
        return out;
    }

    /** Unbiased covariance, [D, D]. */
    static DMatrixRMaj covariance(HostArray rows) {
        DMatrixRMaj x = centred(rows);
        DMatrixRMaj covariance = product(x, x);
        CommonOps_DDRM.scale(1.0 / (x.numRows - 1), covariance);
        return covariance;
    }

    /** a' b. */
    static DMatrixRMaj product(DMatrixRMaj a, DMatrixRMaj b) {
        DMatrixRMaj out = new DMatrixRMaj(a.numCols, b.numCols);
        CommonOps_DDRM.multTransA(a, b, out);
        return out;
    }

    static EigenDecomposition_F64<DMatrixRMaj> eigen(DMatrixRMaj symmetric, boolean vectors) {
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(symmetric.numRows, vectors, true);
        if (!eigen.decompose(symmetric.copy())) {
            throw new ArithmeticException(
                    "moments: eigenvalues of a symmetric matrix of side " + symmetric.numRows + " were not found");
        }
        return eigen;
    }

    /** The symmetric root of a positive semidefinite matrix; negative eigenvalues, which rounding makes, count as 0. */
    static DMatrixRMaj root(DMatrixRMaj symmetric) {
        EigenDecomposition_F64<DMatrixRMaj> eigen = eigen(symmetric, true);
        int n = symmetric.numRows;
        DMatrixRMaj rows = new DMatrixRMaj(n, n);
        for (int k = 0; k < n; k++) {
            double fourth =
                    Math.sqrt(Math.sqrt(Math.max(0, eigen.getEigenvalue(k).getReal())));
            DMatrixRMaj vector = eigen.getEigenVector(k);
            for (int i = 0; i < n; i++) {
                rows.data[k * n + i] = fourth * vector.data[i];
            }
        }
        return product(rows, rows);
    }
}

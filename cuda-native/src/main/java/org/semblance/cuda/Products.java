package org.semblance.cuda;

import jcuda.Pointer;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasOperation;
import jcuda.runtime.cudaStream_t;
import org.semblance.array.NdArray;
import org.semblance.backend.BackendException;

/** Matrix products by cuBLAS, the same result every time; in float32, or in TF32 where factors may be rounded. */
final class Products {
    private static final Pointer ONE = Pointer.to(new float[] {1});
    private static final Pointer ZERO = Pointer.to(new float[] {0});

    /** Bytes that cuBLAS may keep sums in, as many as it takes by itself on this generation. */
    private static final long WORKSPACE = 32L << 20;

    private final Kernels kernels;
    private final cublasHandle handle = new cublasHandle();
    private boolean rounds;
    private long calls;

    Products(Driver driver, DevicePool pool, Kernels kernels) {
        this.kernels = kernels;
        check("cublasCreate", JCublas2.cublasCreate(handle));
        check("cublasSetStream", JCublas2.cublasSetStream(handle, new cudaStream_t(driver.stream())));
        check("cublasSetMathMode", JCublas2.cublasSetMathMode(handle, cublasMath.CUBLAS_PEDANTIC_MATH));
        DevicePointer workspace = pool.reserve(WORKSPACE);
        check("cublasSetWorkspace", JCublas2.cublasSetWorkspace(handle, workspace, WORKSPACE));
    }

    /** Float32 factors as they are, or rounded to TF32. */
    private void round(boolean wanted) {
        if (rounds != wanted) {
            int mode = wanted ? cublasMath.CUBLAS_TF32_TENSOR_OP_MATH : cublasMath.CUBLAS_PEDANTIC_MATH;
            check("cublasSetMathMode", JCublas2.cublasSetMathMode(handle, mode));
            rounds = wanted;
        }
    }

    long calls() {
        return calls;
    }

    /** cuBLAS counts columns first, so that a row-major y is its {@code y^T = op(b)^T op(a)^T}. */
    void matmul(NdArray a, boolean transposeA, NdArray b, boolean transposeB, NdArray y) {
        int m = y.shape().dim(0);
        int n = y.shape().dim(1);
        int k = a.shape().dim(transposeA ? 0 : 1);
        if (k == 0) {
            kernels.fill(y, 0);
        } else if (m > 0 && n > 0) {
            calls++;
            round(Rounding.isAllowed());
            check(
                    "cublasSgemm",
                    JCublas2.cublasSgemm(
                            handle,
                            operation(transposeB),
                            operation(transposeA),
                            n,
                            m,
                            k,
                            ONE,
                            DevicePool.pointer(b.memory()),
                            b.shape().dim(1),
                            DevicePool.pointer(a.memory()),
                            a.shape().dim(1),
                            ZERO,
                            DevicePool.pointer(y.memory()),
                            n));
        }
    }

    private static int operation(boolean transpose) {
        return transpose ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
    }

    private static void check(String function, int code) {
        if (code != 0) {
            throw new BackendException("cuda: cuBLAS: " + function + " failed with " + code + " ("
                    + jcuda.jcublas.cublasStatus.stringFor(code) + ")");
        }
    }
}

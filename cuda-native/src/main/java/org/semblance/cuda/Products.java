package org.semblance.cuda;

import jcuda.Pointer;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasOperation;
import jcuda.runtime.cudaStream_t;
import org.semblance.array.Memory;
import org.semblance.array.NdArray;
import org.semblance.backend.BackendException;

/**
 * Matrix products by cuBLAS in float32, or in TF32 where factors may be rounded, and small ones by our own kernel in
 * double precision; the same result every time.
 */
final class Products {
    /**
     * Elements of the right factor, and rows, up to which products are small. Training steps divide by what such
     * products leave of gradients, so their rounding would show; the CPU backend draws the same line.
     */
    private static final int SMALL = 4096;

    private static final int SMALL_ROWS = 64;

    /** Bytes that a product may keep sums in, as many as cuBLAS takes by itself on recent devices. */
    static final long WORKSPACE = 32L << 20;

    private static final Pointer ONE = Pointer.to(new float[] {1});
    private static final Pointer ZERO = Pointer.to(new float[] {0});

    private final Driver driver;
    private final Kernels kernels;
    private final DevicePool pool;
    private final cublasHandle handle = new cublasHandle();
    private long calls;

    Products(Driver driver, DevicePool pool, Kernels kernels) {
        this.driver = driver;
        this.pool = pool;
        this.kernels = kernels;
        check("cublasCreate", JCublas2.cublasCreate(handle));
    }

    long calls() {
        return calls;
    }

    /** cuBLAS counts columns first, so that a row-major y is its {@code y^T = op(b)^T op(a)^T}. */
    void matmul(NdArray a, boolean transposeA, NdArray b, boolean transposeB, NdArray y) {
        int m = y.shape().dim(0);
        int n = y.shape().dim(1);
        int k = a.shape().dim(transposeA ? 0 : 1);
        if (m <= SMALL_ROWS && (long) k * n <= SMALL) {
            kernels.smallProduct(a, transposeA, b, transposeB, k, y);
        } else if (k == 0) {
            kernels.fill(y, 0);
        } else if (m > 0 && n > 0) {
            calls++;
            multiply(a, transposeA, b, transposeB, k, y);
        }
    }

    /**
     * The workspace is the product's own, so that nothing else that runs at the same time can have it: one handle
     * serves all streams, which saves the 64 MiB that cuBLAS takes for each.
     */
    private void multiply(NdArray a, boolean transposeA, NdArray b, boolean transposeB, int k, NdArray y) {
        Memory workspace = pool.workspace(WORKSPACE);
        try {
            prepare(workspace);
            check(
                    "cublasSgemm",
                    JCublas2.cublasSgemm(
                            handle,
                            operation(transposeB),
                            operation(transposeA),
                            y.shape().dim(1),
                            y.shape().dim(0),
                            k,
                            ONE,
                            DevicePool.pointer(b.memory()),
                            b.shape().dim(1),
                            DevicePool.pointer(a.memory()),
                            a.shape().dim(1),
                            ZERO,
                            DevicePool.pointer(y.memory()),
                            y.shape().dim(1)));
        } finally {
            workspace.release();
        }
    }

    /** For what is queued next on the calling thread's stream, whose factors may be rounded or not. */
    private void prepare(Memory workspace) {
        int mode = Rounding.isAllowed() ? cublasMath.CUBLAS_TF32_TENSOR_OP_MATH : cublasMath.CUBLAS_PEDANTIC_MATH;
        check("cublasSetStream", JCublas2.cublasSetStream(handle, new cudaStream_t(driver.stream())));
        check("cublasSetMathMode", JCublas2.cublasSetMathMode(handle, mode));
        check( // which cublasSetStream has put back to cuBLAS's own
                "cublasSetWorkspace",
                JCublas2.cublasSetWorkspace(handle, DevicePool.pointer(workspace), workspace.bytes()));
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

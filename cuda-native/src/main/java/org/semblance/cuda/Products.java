package org.semblance.cuda;

import java.util.HashMap;
import java.util.Map;
import jcuda.Pointer;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasOperation;
import jcuda.runtime.cudaStream_t;
import org.semblance.array.NdArray;
import org.semblance.backend.BackendException;

/**
 * Matrix products by cuBLAS in plain float32, no TF32, and small ones by our own kernel in double precision; the same
 * result every time.
 */
final class Products {
    /**
     * Elements of the right factor, and rows, up to which products are small. Training steps divide by what such
     * products leave of gradients, so their rounding would show; the CPU backend draws the same line.
     */
    private static final int SMALL = 4096;

    private static final int SMALL_ROWS = 64;

    private static final Pointer ONE = Pointer.to(new float[] {1});
    private static final Pointer ZERO = Pointer.to(new float[] {0});

    private final Driver driver;
    private final Kernels kernels;
    private final Map<Stream, cublasHandle> handles = new HashMap<>();
    private long calls;

    Products(Driver driver, Kernels kernels) {
        this.driver = driver;
        this.kernels = kernels;
        handle();
    }

    /** The handle of the calling thread's stream. */
    private cublasHandle handle() {
        return handles.computeIfAbsent(driver.stream(), Products::open);
    }

    private static cublasHandle open(Stream stream) {
        cublasHandle handle = new cublasHandle();
        check("cublasCreate", JCublas2.cublasCreate(handle));
        check("cublasSetStream", JCublas2.cublasSetStream(handle, new cudaStream_t(stream)));
        check("cublasSetMathMode", JCublas2.cublasSetMathMode(handle, cublasMath.CUBLAS_PEDANTIC_MATH));
        return handle;
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
            check(
                    "cublasSgemm",
                    JCublas2.cublasSgemm(
                            handle(),
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

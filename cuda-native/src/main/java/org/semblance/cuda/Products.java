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

    /** Bytes that cuBLAS may keep sums in, as many as it takes by itself on recent devices. */
    private static final long WORKSPACE = 32L << 20;

    private static final Pointer ONE = Pointer.to(new float[] {1});
    private static final Pointer ZERO = Pointer.to(new float[] {0});

    private final Driver driver;
    private final Kernels kernels;
    private final DevicePool pool;
    private final Map<Stream, Map<Boolean, Opened>> handles = new HashMap<>();
    private long calls;

    /**
     * A handle and who uses its workspace: graphs that were recorded over the same lanes have it in common, whoever
     * launches them.
     */
    private record Opened(cublasHandle handle, Uses workspace) {}

    Products(Driver driver, DevicePool pool, Kernels kernels) {
        this.driver = driver;
        this.pool = pool;
        this.kernels = kernels;
        opened(Rounding.isAllowed());
    }

    /** Opens what the calling thread's stream needs, if it is not open. */
    void open() {
        for (boolean rounds : new boolean[] {false, true}) {
            opened(rounds);
        }
    }

    /**
     * The handle of the calling thread's stream, for float32 factors as they are or rounded to TF32; what is queued
     * next has its workspace.
     */
    private cublasHandle handle() {
        Opened opened = opened(Rounding.isAllowed());
        pool.write(opened.workspace());
        return opened.handle();
    }

    private Opened opened(boolean rounds) {
        return handles.computeIfAbsent(driver.stream(), s -> new HashMap<>(2)).computeIfAbsent(rounds, this::open);
    }

    /** Its workspace is given, so that it takes none of its own while work is recorded. */
    private Opened open(boolean rounds) {
        cublasHandle handle = new cublasHandle();
        int mode = rounds ? cublasMath.CUBLAS_TF32_TENSOR_OP_MATH : cublasMath.CUBLAS_PEDANTIC_MATH;
        check("cublasCreate", JCublas2.cublasCreate(handle));
        check("cublasSetStream", JCublas2.cublasSetStream(handle, new cudaStream_t(driver.stream())));
        check("cublasSetMathMode", JCublas2.cublasSetMathMode(handle, mode));
        check("cublasSetWorkspace", JCublas2.cublasSetWorkspace(handle, pool.reserve(WORKSPACE), WORKSPACE));
        return new Opened(handle, new Uses(driver.queue()));
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

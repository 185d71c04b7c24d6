package org.semblance.cpu;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import java.nio.FloatBuffer;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.semblance.array.NdArray;

/**
 * Matrix products by oneDNN; those of few rows with kept weights in Java, since waking a team of threads takes longer
 * than the product. A row of a result does not depend on the rows beside it, bit for bit, as long as there are no more
 * than {@link #FEW_ROWS}.
 */
final class Products {
    /** Rows up to which weights that are kept are multiplied in Java. */
    static final int FEW_ROWS = 8;

    /**
     * Elements of the right factor, and rows, up to which Java multiplies in double precision. Training steps divide by
     * what such products leave of gradients, so their rounding would show.
     */
    private static final int TINY = 4096;

    private static final int TINY_ROWS = 64;

    private final Dnnl dnnl;
    private final HostPool pool;
    private final PlanCache<Dnnl.Plan> plans = new PlanCache<>();

    Products(Dnnl dnnl, HostPool pool) {
        this.dnnl = dnnl;
        this.pool = pool;
    }

    private record Key(int m, int n, int k, boolean transposeA, boolean transposeB) {}

    void matmul(NdArray a, boolean transposeA, NdArray b, boolean transposeB, NdArray y) {
        if (y.shape().dim(0) <= FEW_ROWS
                && !transposeA
                && transposeB
                && HostMemory.of(b).isSealed()) {
            fewRows(a, b, y);
            return;
        }
        int k = a.shape().dim(transposeA ? 0 : 1);
        int m = y.shape().dim(0);
        if (m <= TINY_ROWS && (long) k * y.shape().dim(1) <= TINY) {
            tiny(a, transposeA, b, transposeB, y);
            return;
        }
        if (m == 1) {
            single(new Key(2, y.shape().dim(1), k, false, transposeB), a, b, y);
            return;
        }
        Key key = new Key(m, y.shape().dim(1), k, transposeA, transposeB);
        dnnl.run(plans.get(key, () -> plan(key)), a.address(), b.address(), y.address());
    }

    private static void tiny(NdArray a, boolean transposeA, NdArray b, boolean transposeB, NdArray y) {
        FloatBuffer left = HostMemory.floats(a);
        FloatBuffer right = HostMemory.floats(b);
        FloatBuffer result = HostMemory.floats(y);
        int m = y.shape().dim(0);
        int n = y.shape().dim(1);
        int k = a.shape().dim(transposeA ? 0 : 1);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int l = 0; l < k; l++) {
                    double x = left.get(transposeA ? l * m + i : i * k + l);
                    sum += x * right.get(transposeB ? j * k + l : l * n + j);
                }
                result.put(i * n + j, (float) sum);
            }
        }
    }

    /** One row as the first of two, since oneDNN rounds a single row in another way than each of several. */
    private void single(Key two, NdArray a, NdArray b, NdArray y) {
        try (Scratch rows = Scratch.of(pool, 2 * two.k());
                Scratch results = Scratch.of(pool, 2 * two.n())) {
            rows.floats().put(0, HostMemory.floats(a), 0, two.k());
            rows.floats().put(two.k(), HostMemory.floats(a), 0, two.k());
            dnnl.run(plans.get(two, () -> plan(two)), rows.address(), b.address(), results.address());
            HostMemory.floats(y).put(0, results.floats(), 0, two.n());
        }
    }

    /** {@code y = a b^T} as a sum of rows of {@code b^T}, which is kept beside b. */
    private void fewRows(NdArray a, NdArray b, NdArray y) {
        int n = b.shape().dim(0);
        int k = b.shape().dim(1);
        FloatBuffer columns = HostMemory.of(b)
                .derived("transposed", key -> transposed(b, n, k))
                .floats();
        int rows = y.shape().dim(0);
        float[] column = new float[n];
        float[] factors = new float[rows * k];
        float[][] sums = new float[rows][n];
        HostMemory.floats(a).get(0, factors);
        for (int i = 0; i < k; i++) {
            columns.get(i * n, column, 0, n);
            for (int row = 0; row < rows; row++) {
                axpy(factors[row * k + i], column, sums[row], n);
            }
        }
        for (int row = 0; row < rows; row++) {
            HostMemory.floats(y).put(row * n, sums[row], 0, n);
        }
    }

    private static void axpy(float f, float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = y[i] + f * x[i];
        }
    }

    private HostMemory transposed(NdArray b, int n, int k) {
        HostMemory t = pool.allocate(4L * n * k);
        float[] rows = new float[n * k];
        float[] columns = new float[n * k];
        HostMemory.floats(b).get(0, rows);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < k; j++) {
                columns[j * n + i] = rows[i * k + j];
            }
        }
        t.floats().put(0, columns);
        return t;
    }

    private Dnnl.Plan plan(Key key) {
        try (primitive_attr attr = new primitive_attr();
                memory.desc a = matrix(key.m(), key.k(), key.transposeA());
                memory.desc b = matrix(key.k(), key.n(), key.transposeB());
                memory.desc y = matrix(key.m(), key.n(), false);
                matmul.primitive_desc desc = new matmul.primitive_desc(dnnl.engine(), a, b, y, attr, false)) {
            return dnnl.plan(
                    new matmul(desc),
                    new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST},
                    dnnl.slot(a),
                    dnnl.slot(b),
                    dnnl.slot(y));
        } catch (RuntimeException e) {
            throw Dnnl.failure("a matrix product " + key, e);
        }
    }

    private static memory.desc matrix(long rows, long columns, boolean transposed) {
        return Dnnl.desc(new long[] {rows, columns}, transposed ? new long[] {1, rows} : new long[] {columns, 1});
    }
}

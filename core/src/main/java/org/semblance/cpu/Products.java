package org.semblance.cpu;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.semblance.array.NdArray;

/**
 * Matrix products by oneDNN; those of one or two rows with kept weights in Java, since waking a team of threads takes
 * longer than the product.
 */
final class Products {
    private static final int FEW_ROWS = 2;

    private final Dnnl dnnl;
    private final HostPool pool;
    private final PlanCache<Dnnl.Plan> plans = new PlanCache<>();

    Products(Dnnl dnnl, HostPool pool) {
        this.dnnl = dnnl;
        this.pool = pool;
    }

    private record Key(int m, int n, int k, boolean transposeA, boolean transposeB) {}

    void matmul(NdArray a, boolean transposeA, NdArray b, boolean transposeB, NdArray y) {
        if (y.shape().dim(0) <= FEW_ROWS && !transposeA && transposeB && HostMemory.of(b).isSealed()) {
            fewRows(a, b, y);
            return;
        }
        int k = a.shape().dim(transposeA ? 0 : 1);
        Key key = new Key(y.shape().dim(0), y.shape().dim(1), k, transposeA, transposeB);
        dnnl.run(plans.get(key, () -> plan(key)), a.address(), b.address(), y.address());
    }

    /** {@code y = a b^T} as a sum of rows of {@code b^T}, which is kept beside b. */
    private void fewRows(NdArray a, NdArray b, NdArray y) {
        int n = b.shape().dim(0);
        int k = b.shape().dim(1);
        FloatBuffer columns =
                HostMemory.of(b).derived("transposed", key -> transposed(b, n, k)).floats();
        Staging s = Staging.mine();
        float[] sum = s.row(0, n);
        float[] column = s.row(1, n);
        float[] factors = s.row(2, k);
        for (int row = 0; row < y.shape().dim(0); row++) {
            HostMemory.floats(a).get(row * k, factors, 0, k);
            Arrays.fill(sum, 0, n, 0);
            for (int i = 0; i < k; i++) {
                columns.get(i * n, column, 0, n);
                axpy(factors[i], column, sum, n);
            }
            HostMemory.floats(y).put(row * n, sum, 0, n);
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

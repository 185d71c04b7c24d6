package org.semblance.cpu;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.semblance.array.NdArray;

/** Matrix products by oneDNN. */
final class Products {
    private final Dnnl dnnl;
    private final PlanCache<Dnnl.Plan> plans = new PlanCache<>();

    Products(Dnnl dnnl) {
        this.dnnl = dnnl;
    }

    private record Key(int m, int n, int k, boolean transposeA, boolean transposeB) {}

    void matmul(NdArray a, boolean transposeA, NdArray b, boolean transposeB, NdArray y) {
        int k = a.shape().dim(transposeA ? 0 : 1);
        Key key = new Key(y.shape().dim(0), y.shape().dim(1), k, transposeA, transposeB);
        dnnl.run(plans.get(key, () -> plan(key)), a.address(), b.address(), y.address());
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

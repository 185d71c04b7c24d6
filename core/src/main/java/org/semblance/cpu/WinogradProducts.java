package org.semblance.cpu;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;

/** The batched products {@code [36, tiles, in] x [36, in, out]} of {@link Winograd}. */
final class WinogradProducts {
    private final Dnnl dnnl;
    private final PlanCache<ConvPlan> plans = new PlanCache<>();

    WinogradProducts(Dnnl dnnl) {
        this.dnnl = dnnl;
    }

    private record Key(int tiles, int in, int out) {}

    ConvPlan plan(int tiles, int in, int out) {
        Key key = new Key(tiles, in, out);
        return plans.get(key, () -> make(key));
    }

    private ConvPlan make(Key key) {
        memory.desc plain = batch(key.in(), key.out());
        try (primitive_attr attr = new primitive_attr();
                memory.desc v = batch(key.tiles(), key.in());
                memory.desc any = Dnnl.any(Winograd.PRODUCTS, key.in(), key.out());
                memory.desc m = batch(key.tiles(), key.out());
                matmul.primitive_desc desc = new matmul.primitive_desc(dnnl.engine(), v, any, m, attr, false)) {
            memory.desc weights = desc.weights_desc();
            Dnnl.Plan main = dnnl.plan(
                    new matmul(desc),
                    new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST},
                    dnnl.slot(v),
                    dnnl.slot(weights),
                    dnnl.slot(m));
            return new ConvPlan(
                    desc.impl_info_str().getString(),
                    main,
                    dnnl.reorder(plain, weights),
                    weights.get_size(),
                    WeightOrder.of(weights, false));
        } catch (RuntimeException e) {
            throw Dnnl.failure("a batched product " + key, e);
        }
    }

    private static memory.desc batch(long rows, long columns) {
        return Dnnl.desc(new long[] {Winograd.PRODUCTS, rows, columns}, new long[] {rows * columns, columns, 1});
    }
}

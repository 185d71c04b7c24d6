package org.semblance.cpu;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/**
 * The batched products of {@link Winograd}: {@code [36, tiles, in] x [36, in, out]} for images, and for the gradient of
 * weights {@code [36, tiles, in]^T x [36, tiles, out]}, added to what is there.
 */
final class WinogradProducts {
    private final Dnnl dnnl;
    private final PlanCache<ConvPlan> plans = new PlanCache<>();
    private final PlanCache<Dnnl.Plan> gradients = new PlanCache<>();

    WinogradProducts(Dnnl dnnl) {
        this.dnnl = dnnl;
    }

    private record Key(int tiles, int in, int out) {}

    private record GradientKey(Key key, boolean adds) {}

    ConvPlan plan(int tiles, int in, int out) {
        Key key = new Key(tiles, in, out);
        return plans.get(key, () -> make(key));
    }

    /**
     * Adds to the result or sets it. Its slots: transformed images, transformed gradients of results, transformed
     * gradient of weights.
     */
    Dnnl.Plan gradient(int tiles, int in, int out, boolean adds) {
        GradientKey key = new GradientKey(new Key(tiles, in, out), adds);
        return gradients.get(key, () -> makeGradient(key.key, adds));
    }

    private Dnnl.Plan makeGradient(Key key, boolean adds) {
        long[] turned = {Winograd.PRODUCTS, key.in(), key.tiles()};
        try (primitive_attr attr = new primitive_attr();
                post_ops post = new post_ops();
                memory.desc v = Dnnl.desc(turned, new long[] {(long) key.tiles() * key.in(), 1, key.in()});
                memory.desc d = batch(key.tiles(), key.out());
                memory.desc u = batch(key.in(), key.out())) {
            if (adds) {
                post.append_sum();
            }
            attr.set_post_ops(post);
            try (matmul.primitive_desc desc = new matmul.primitive_desc(dnnl.engine(), v, d, u, attr, false)) {
                return dnnl.plan(
                        new matmul(desc),
                        new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST},
                        dnnl.slot(v),
                        dnnl.slot(d),
                        dnnl.slot(u));
            }
        } catch (RuntimeException e) {
            throw Dnnl.failure("a batched product for a gradient of weights " + key, e);
        }
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

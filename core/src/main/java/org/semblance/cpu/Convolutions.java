package org.semblance.cpu;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.semblance.array.Layout;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.ConvSpec;

/**
 * Convolutions by oneDNN: channels-last activations, weights in the order that the primitive asks for. Weights of a
 * sealed array are reordered once and kept beside it. Weights are never declared plain to a primitive, since that
 * selects the reference kernel, which is about 190 times slower.
 */
final class Convolutions {
    private final Dnnl dnnl;
    private final HostPool pool;
    private final PlanCache<ConvPlan> plans = new PlanCache<>();

    Convolutions(Dnnl dnnl, HostPool pool) {
        this.dnnl = dnnl;
        this.pool = pool;
    }

    private enum Direction {
        FORWARD,
        DATA,
        WEIGHTS
    }

    private record Key(Direction direction, ConvSpec spec, Shape x, Shape w, Shape y) {
        long[] strides() {
            return Dnnl.longs(spec.strideY(), spec.strideX());
        }

        long[] dilates() {
            return Dnnl.longs(spec.dilationY() - 1, spec.dilationX() - 1);
        }

        long[] before() {
            return Dnnl.longs(spec.padTop(), spec.padLeft());
        }

        /** What the library needs behind: it insists that sizes fit exactly, so unused rows count as cropped. */
        long[] after() {
            return Dnnl.longs(
                    behind(x.dim(2), y.dim(2), w.dim(2), spec.strideY(), spec.dilationY(), spec.padTop()),
                    behind(x.dim(3), y.dim(3), w.dim(3), spec.strideX(), spec.dilationX(), spec.padLeft()));
        }

        private static int behind(int in, int out, int kernel, int stride, int dilation, int before) {
            return (out - 1) * stride + dilation * (kernel - 1) + 1 - in - before;
        }

        memory.desc anyWeights() {
            return Dnnl.any(weightDims());
        }

        private long[] weightDims() {
            if (spec.groups() == 1) {
                return Dnnl.longs(w.dims());
            }
            return Dnnl.longs(spec.groups(), w.dim(0) / spec.groups(), w.dim(1), w.dim(2), w.dim(3));
        }

        memory.desc plainWeights() {
            long[] dims = weightDims();
            long[] steps = new long[dims.length];
            long step = 1;
            for (int i = dims.length - 1; i >= 0; i--) {
                steps[i] = step;
                step *= dims[i];
            }
            return Dnnl.desc(dims, steps);
        }

        memory.desc image(Shape shape) {
            return Dnnl.desc(shape, Layout.CHANNELS_LAST);
        }
    }

    /** The primitive, and how its weights come from or go to row-major order. */
    private record ConvPlan(String kernel, Dnnl.Plan main, Dnnl.Plan reorder, long weightBytes, Object weightKey)
            implements AutoCloseable {
        @Override
        public void close() {
            main.close();
            reorder.close();
        }
    }

    void forward(ConvSpec spec, NdArray x, NdArray w, NdArray y) {
        ConvPlan plan = plan(new Key(Direction.FORWARD, spec, x.shape(), w.shape(), y.shape()));
        withWeights(plan, w, weights -> dnnl.run(plan.main(), x.address(), weights, y.address()));
    }

    void data(ConvSpec spec, NdArray dy, NdArray w, NdArray dx) {
        ConvPlan plan = plan(new Key(Direction.DATA, spec, dx.shape(), w.shape(), dy.shape()));
        withWeights(plan, w, weights -> dnnl.run(plan.main(), dy.address(), weights, dx.address()));
    }

    void weights(ConvSpec spec, NdArray x, NdArray dy, NdArray dw) {
        ConvPlan plan = plan(new Key(Direction.WEIGHTS, spec, x.shape(), dw.shape(), dy.shape()));
        HostMemory blocked = pool.allocate(plan.weightBytes());
        dnnl.run(plan.main(), x.address(), dy.address(), blocked.address());
        dnnl.run(plan.reorder(), blocked.address(), dw.address());
        blocked.release();
    }

    /** The name of the kernel that oneDNN chose for a forward convolution of these shapes. */
    String kernel(ConvSpec spec, Shape x, Shape w, Shape y) {
        return plan(new Key(Direction.FORWARD, spec, x, w, y)).kernel();
    }

    private interface WithAddress {
        void run(long address);
    }

    private void withWeights(ConvPlan plan, NdArray w, WithAddress body) {
        HostMemory plain = HostMemory.of(w);
        if (plain.isSealed()) {
            body.run(plain.derived(plan.weightKey(), k -> reordered(plan, w)).address());
            return;
        }
        HostMemory blocked = reordered(plan, w);
        body.run(blocked.address());
        blocked.release();
    }

    private HostMemory reordered(ConvPlan plan, NdArray w) {
        HostMemory blocked = pool.allocate(plan.weightBytes());
        dnnl.run(plan.reorder(), w.address(), blocked.address());
        return blocked;
    }

    private ConvPlan plan(Key key) {
        return plans.get(key, () -> {
            try (primitive_attr attr = new primitive_attr()) {
                return switch (key.direction()) {
                    case FORWARD -> forwardPlan(key, attr);
                    case DATA -> dataPlan(key, attr);
                    case WEIGHTS -> weightsPlan(key, attr);
                };
            } catch (RuntimeException e) {
                throw Dnnl.failure("a convolution " + key, e);
            }
        });
    }

    private convolution_forward.primitive_desc forwardDesc(Key key, primitive_attr attr) {
        return new convolution_forward.primitive_desc(
                dnnl.engine(),
                dnnl_forward_training,
                dnnl_convolution_direct,
                key.image(key.x()),
                key.anyWeights(),
                key.image(key.y()),
                key.strides(),
                key.dilates(),
                key.before(),
                key.after(),
                attr,
                false);
    }

    private ConvPlan forwardPlan(Key key, primitive_attr attr) {
        try (var desc = forwardDesc(key, attr)) {
            memory.desc weights = desc.weights_desc();
            Dnnl.Plan main = dnnl.plan(
                    new convolution_forward(desc),
                    new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST},
                    dnnl.slot(desc.src_desc()),
                    dnnl.slot(weights),
                    dnnl.slot(desc.dst_desc()));
            return new ConvPlan(
                    desc.impl_info_str().getString(),
                    main,
                    dnnl.reorder(key.plainWeights(), weights),
                    weights.get_size(),
                    WeightOrder.of(weights));
        }
    }

    private ConvPlan dataPlan(Key key, primitive_attr attr) {
        try (var hint = forwardDesc(key, attr);
                var desc = new convolution_backward_data.primitive_desc(
                        dnnl.engine(),
                        dnnl_convolution_direct,
                        key.image(key.x()),
                        key.anyWeights(),
                        key.image(key.y()),
                        key.strides(),
                        key.dilates(),
                        key.before(),
                        key.after(),
                        hint,
                        attr,
                        false)) {
            memory.desc weights = desc.weights_desc();
            Dnnl.Plan main = dnnl.plan(
                    new convolution_backward_data(desc),
                    new int[] {DNNL_ARG_DIFF_DST, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_SRC},
                    dnnl.slot(desc.diff_dst_desc()),
                    dnnl.slot(weights),
                    dnnl.slot(desc.diff_src_desc()));
            return new ConvPlan(
                    desc.impl_info_str().getString(),
                    main,
                    dnnl.reorder(key.plainWeights(), weights),
                    weights.get_size(),
                    WeightOrder.of(weights));
        }
    }

    private ConvPlan weightsPlan(Key key, primitive_attr attr) {
        try (var hint = forwardDesc(key, attr);
                var desc = new convolution_backward_weights.primitive_desc(
                        dnnl.engine(),
                        dnnl_convolution_direct,
                        key.image(key.x()),
                        key.anyWeights(),
                        key.image(key.y()),
                        key.strides(),
                        key.dilates(),
                        key.before(),
                        key.after(),
                        hint,
                        attr,
                        false)) {
            memory.desc weights = desc.diff_weights_desc();
            Dnnl.Plan main = dnnl.plan(
                    new convolution_backward_weights(desc),
                    new int[] {DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS},
                    dnnl.slot(desc.src_desc()),
                    dnnl.slot(desc.diff_dst_desc()),
                    dnnl.slot(weights));
            return new ConvPlan(
                    desc.impl_info_str().getString(),
                    main,
                    dnnl.reorder(weights, key.plainWeights()),
                    weights.get_size(),
                    WeightOrder.of(weights));
        }
    }
}

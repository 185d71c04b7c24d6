package org.semblance.cpu;

import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.semblance.array.DType;
import org.semblance.array.Layout;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.AdamSpec;
import org.semblance.backend.Backend;
import org.semblance.backend.Binary;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Counters;
import org.semblance.backend.Fir;
import org.semblance.backend.ModulatedSpec;
import org.semblance.backend.PoolSpec;
import org.semblance.backend.Resample;
import org.semblance.backend.Unary;
import org.semblance.backend.View;

/** The CPU backend: every method runs on the {@link Lane}, at once when called from there. */
final class CpuBackend implements Backend {
    private final Lane lane = new Lane("semblance-cpu");
    private final HostPool pool = new HostPool(idleBytes());
    private final Dnnl dnnl = new Dnnl();
    private final ConvPlans plans = new ConvPlans(dnnl);
    private final Winograd winograd = new Winograd(dnnl, pool);
    private final Convolutions convolutions = new Convolutions(dnnl, pool, plans, winograd);
    private final ModulatedConvolutions modulated =
            new ModulatedConvolutions(dnnl, pool, plans, convolutions, winograd);
    private final Products products = new Products(dnnl, pool);
    private final Sums sums = new Sums(pool);
    private final Relayout relayout = new Relayout(dnnl);

    /** Unused memory kept for the next arrays: {@code semblance.cpu.idleBytes}, or 1 GiB. */
    private static long idleBytes() {
        return Long.getLong("semblance.cpu.idleBytes", 1L << 30);
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public String description() {
        return Runtime.getRuntime().availableProcessors() + " cores, oneDNN";
    }

    @Override
    public Layout imageLayout() {
        return Layout.CHANNELS_LAST;
    }

    @Override
    public <T extends @Nullable Object> T call(Supplier<T> work) {
        return lane.call(work);
    }

    private void run(Runnable work) {
        lane.<@Nullable Object>call(() -> {
            work.run();
            return null;
        });
    }

    @Override
    public Counters counters() {
        return lane.call(
                () -> new Counters(pool.live(), pool.peak(), pool.allocations(), dnnl.calls(), dnnl.created()));
    }

    @Override
    public void resetPeak() {
        pool.resetPeak();
    }

    @Override
    public NdArray allocate(Shape shape, DType dtype, Layout layout) {
        if (dtype != DType.F32) {
            throw new UnsupportedOperationException("cpu: arrays are F32, got " + dtype);
        }
        return new NdArray(shape, dtype, layout, pool.allocate(shape.count() * dtype.bytes()));
    }

    @Override
    public void upload(float[] source, NdArray target) {
        HostMemory memory = HostMemory.of(target);
        memory.unseal();
        memory.floats().put(0, source);
    }

    @Override
    public void download(NdArray source, float[] target) {
        run(() -> HostMemory.floats(source).get(0, target));
    }

    @Override
    public void seal(NdArray constant) {
        HostMemory.of(constant).seal();
    }

    @Override
    public void fill(NdArray y, float value) {
        run(() -> Pointwise.fill(y, value));
    }

    @Override
    public void gather(NdArray x, View view, NdArray y) {
        run(() -> {
            if (!relayout.tryRun(x, view, y)) {
                Copies.gather(x, view, y);
            }
        });
    }

    @Override
    public void scatter(NdArray x, View view, NdArray y) {
        run(() -> Copies.scatter(x, view, y));
    }

    @Override
    public void unary(Unary f, NdArray x, NdArray y) {
        run(() -> Pointwise.unary(f, x, y));
    }

    @Override
    public void binary(Binary f, NdArray a, NdArray b, NdArray y) {
        run(() -> Pointwise.binary(f, a, b, y));
    }

    @Override
    public void sum(NdArray x, NdArray y) {
        run(() -> sums.sum(x, y));
    }

    @Override
    public void matmul(NdArray a, boolean transposeA, NdArray b, boolean transposeB, NdArray y) {
        run(() -> products.matmul(a, transposeA, b, transposeB, y));
    }

    @Override
    public void conv2d(ConvSpec spec, NdArray x, NdArray w, NdArray y) {
        run(() -> convolutions.forward(spec, x, w, y));
    }

    @Override
    public void conv2dBiasAct(ConvSpec spec, Activation act, NdArray x, NdArray w, NdArray b, NdArray y) {
        run(() -> {
            if (!convolutions.tryForward(spec, act, x, w, b, y)) {
                Backend.super.conv2dBiasAct(spec, act, x, w, b, y);
            }
        });
    }

    @Override
    public void conv2dDataGrad(ConvSpec spec, NdArray dy, NdArray w, NdArray dx) {
        run(() -> convolutions.data(spec, dy, w, dx));
    }

    @Override
    public void conv2dWeightGrad(ConvSpec spec, NdArray x, NdArray dy, NdArray dw) {
        run(() -> convolutions.weights(spec, x, dy, dw));
    }

    @Override
    public void upfirdn2d(Resample spec, Fir filter, NdArray x, NdArray y) {
        run(() -> Resampler.run(spec, filter, x, y));
    }

    @Override
    public void biasAct(Activation act, NdArray x, @Nullable NdArray b, int axis, NdArray y) {
        run(() -> Activations.forward(act, x, b, axis, y));
    }

    @Override
    public void biasActGrad(
            Activation act,
            int order,
            NdArray dy,
            NdArray x,
            @Nullable NdArray b,
            int axis,
            boolean xIsOutput,
            NdArray dx) {
        run(() -> Activations.backward(act, order, dy, x, b, axis, xIsOutput, dx));
    }

    @Override
    public boolean fuses(ModulatedSpec spec, Shape w) {
        return ModulatedConvolutions.fuses(spec, w);
    }

    @Override
    public void modulatedLayer(
            ModulatedSpec spec,
            NdArray x,
            NdArray w,
            NdArray styles,
            @Nullable NdArray demodulation,
            @Nullable NdArray noise,
            NdArray bias,
            NdArray y) {
        run(() -> modulated.forward(spec, x, w, styles, demodulation, noise, bias, y));
    }

    @Override
    public void modulatedLayerGrad(
            ModulatedSpec spec,
            NdArray dy,
            NdArray x,
            NdArray y,
            NdArray w,
            NdArray styles,
            @Nullable NdArray demodulation,
            @Nullable NdArray noise,
            NdArray bias,
            NdArray dx,
            NdArray dStyles,
            @Nullable NdArray dDemodulation) {
        run(() -> modulated.backward(spec, dy, x, y, w, styles, demodulation, noise, bias, dx, dStyles, dDemodulation));
    }

    @Override
    public void maxPool(PoolSpec spec, NdArray x, NdArray y) {
        run(() -> Pools.max(spec, x, y));
    }

    @Override
    public void maxPoolScatter(PoolSpec spec, NdArray x, NdArray dy, NdArray dx) {
        run(() -> Pools.maxScatter(spec, x, dy, dx));
    }

    @Override
    public void maxPoolGather(PoolSpec spec, NdArray x, NdArray g, NdArray y) {
        run(() -> Pools.maxGather(spec, x, g, y));
    }

    @Override
    public void avgPool(PoolSpec spec, NdArray x, NdArray y) {
        run(() -> Pools.average(spec, x, y));
    }

    @Override
    public void avgPoolGrad(PoolSpec spec, NdArray dy, NdArray dx) {
        run(() -> Pools.averageGrad(spec, dy, dx));
    }

    @Override
    public void resizeBilinear(NdArray x, NdArray y) {
        run(() -> Interpolation.forward(x, y));
    }

    @Override
    public void resizeBilinearGrad(NdArray dy, NdArray dx) {
        run(() -> Interpolation.backward(dy, dx));
    }

    @Override
    public void adam(AdamSpec spec, NdArray g, NdArray p, NdArray m, NdArray v) {
        run(() -> {
            Pointwise.adam(spec, g, p, m, v);
            for (NdArray changed : Arrays.asList(p, m, v)) {
                HostMemory.of(changed).unseal();
            }
        });
    }
}

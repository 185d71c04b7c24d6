package org.semblance.cuda;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.semblance.array.DType;
import org.semblance.array.Layout;
import org.semblance.array.Memory;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.AdamSpec;
import org.semblance.backend.Backend;
import org.semblance.backend.Binary;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Counters;
import org.semblance.backend.Fir;
import org.semblance.backend.PoolSpec;
import org.semblance.backend.Precision;
import org.semblance.backend.Recorder;
import org.semblance.backend.Resample;
import org.semblance.backend.SsimSpec;
import org.semblance.backend.SynthesisPlan;
import org.semblance.backend.SynthesisSpec;
import org.semblance.backend.Unary;
import org.semblance.backend.View;

/**
 * The CUDA backend of one device. Each of up to 8 threads queues its work on a stream of its own, further ones share
 * them; a stream waits on the device where it uses what another stream made. Callers wait for {@link #download} and
 * {@link #pixels}, where they are far ahead of the device, and where something is made, given up or ended, as
 * {@link Driver} tells. Float32, images plain; the same input gives the same bits every time.
 */
final class CudaBackend implements Backend {
    private final Driver driver;
    private final DevicePool pool;
    private final Map<Queue, Staging> stagings = new ConcurrentHashMap<>();
    private final Kernels kernels;
    private final Products products;
    private final Similarities similarities;
    private final Halves halves;
    private final Convolutions convolutions;
    private final PinnedBytes pinned;
    private final Tally planned = new Tally();
    private @Nullable Capture capture;

    CudaBackend(int index) {
        driver = new Driver(index);
        pool = new DevicePool(driver, idleBytes());
        pinned = new PinnedBytes(driver);
        kernels = new Kernels(driver, pool);
        products = new Products(driver, pool, kernels);
        similarities = new Similarities(pool, kernels);
        halves = new Halves(pool, kernels);
        convolutions = new Convolutions(new Cudnn(driver::stream), pool, kernels, halves);
    }

    /** Unused memory kept for the next arrays: {@code semblance.cuda.idleBytes}, or all of it. */
    private static long idleBytes() {
        return Long.getLong("semblance.cuda.idleBytes", Long.MAX_VALUE);
    }

    Driver driver() {
        return driver;
    }

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public String description() {
        return driver.description() + ", cuDNN " + Cudnn.version();
    }

    @Override
    public Layout imageLayout() {
        return Layout.PLAIN;
    }

    @Override
    public <T extends @Nullable Object> T call(Supplier<T> work) {
        return work.get();
    }

    /** Queues work that writes y and reads the others. */
    private void run(Runnable work, NdArray y, @Nullable NdArray... others) {
        driver.run(() -> {
            for (NdArray x : others) {
                if (x != null) {
                    pool.read(x);
                }
            }
            pool.write(y);
            work.run();
        });
    }

    /** The same, unless it was done on forms in 16 bits. */
    private void run(BooleanSupplier inHalves, Runnable work, NdArray y, @Nullable NdArray... others) {
        driver.run(() -> {
            if (!inHalves.getAsBoolean()) {
                run(work, y, others);
            }
        });
    }

    @Override
    public Counters counters() {
        return driver.locked(() -> new Counters(
                pool.live(),
                pool.peak(),
                pool.allocations(),
                kernels.launches() + products.calls() + convolutions.calls() + planned.calls(),
                convolutions.created() + planned.created()));
    }

    @Override
    public void resetPeak() {
        pool.resetPeak();
    }

    @Override
    public NdArray allocate(Shape shape, DType dtype, Layout layout) {
        if (dtype != DType.F32) {
            throw new UnsupportedOperationException("cuda: arrays are F32, got " + dtype);
        }
        Supplier<NdArray> made = () -> new NdArray(shape, dtype, layout, pool.allocate(shape.count() * dtype.bytes()));
        // While work is recorded the lock is held, and memory that nothing uses yet is no operation.
        return driver.recording() == null ? driver.locked(made) : made.get();
    }

    @Override
    public void upload(float[] source, NdArray target) {
        Recording recording = driver.recording();
        if (recording == null) {
            staging().upload(source, target);
        } else {
            recording.constant(source, target);
        }
    }

    @Override
    public void download(NdArray source, float[] target) {
        Recording.requireNone("download");
        staging().download(source, target);
    }

    private Staging staging() {
        driver.enter();
        return stagings.computeIfAbsent(driver.queue(), q -> new Staging(driver, pool));
    }

    @Override
    public void pixels(NdArray image, byte[] rgb) {
        Recording.requireNone("pixels");
        boolean finite;
        try (PinnedBytes.Buffer buffer = driver.locked(() -> queuePixels(image, rgb.length))) {
            finite = buffer.read(rgb);
        }
        if (!finite) {
            Backend.super.pixels(image, rgb); // names the element
        }
    }

    private PinnedBytes.Buffer queuePixels(NdArray image, int length) {
        Memory rgb = pool.allocate(PinnedBytes.bytes(length));
        try {
            pool.read(image);
            kernels.pixels(image, rgb, length);
            return pinned.copy(rgb, length);
        } finally {
            rgb.release();
        }
    }

    @Override
    public void seal(NdArray constant) {
        driver.run(() -> DevicePool.memory(constant).seal());
    }

    @Override
    public void fill(NdArray y, float value) {
        run(() -> kernels.fill(y, value), y);
    }

    @Override
    public void gather(NdArray x, View view, NdArray y) {
        run(() -> halves.gather(x, view, y), () -> kernels.gather(x, view, y), y, x);
    }

    @Override
    public void scatter(NdArray x, View view, NdArray y) {
        driver.run(() -> {
            if (!halves.scatter(x, view, y)) {
                pool.read(x);
                pool.change(y);
                kernels.scatter(x, view, y);
            }
        });
    }

    @Override
    public void join(List<NdArray> parts, NdArray all) {
        run(() -> kernels.join(parts, all, false), all, parts.toArray(NdArray[]::new));
    }

    @Override
    public void split(NdArray all, List<NdArray> parts) {
        driver.run(() -> {
            pool.read(all);
            parts.forEach(pool::write);
            kernels.join(parts, all, true);
        });
    }

    @Override
    public void unary(Unary f, NdArray x, NdArray y) {
        run(() -> kernels.unary(f, x, y), y, x);
    }

    @Override
    public void binary(Binary f, NdArray a, NdArray b, NdArray y) {
        run(() -> halves.binary(f, a, b, y), () -> kernels.binary(f, a, b, y), y, a, b);
    }

    @Override
    public void sum(NdArray x, NdArray y) {
        run(() -> halves.sum(x, y), () -> kernels.sum(x, y), y, x);
    }

    @Override
    public void sumSquares(NdArray x, NdArray y) {
        run(() -> kernels.sumSquares(x, y), y, x);
    }

    @Override
    public void matmul(NdArray a, boolean transposeA, NdArray b, boolean transposeB, NdArray y) {
        run(() -> products.matmul(a, transposeA, b, transposeB, y), y, a, b);
    }

    @Override
    public void conv2d(ConvSpec spec, NdArray x, NdArray w, NdArray y) {
        driver.run(() -> convolutions.forward(spec, x, w, y));
    }

    @Override
    public void conv2dBiasAct(ConvSpec spec, Activation act, NdArray x, NdArray w, NdArray b, NdArray y) {
        driver.run(() -> convolutions.forward(spec, x, w, y, new Convolutions.Epilogue(act, b)));
    }

    @Override
    public void conv2dDataGrad(ConvSpec spec, NdArray dy, NdArray w, NdArray dx) {
        driver.run(() -> convolutions.data(spec, dy, w, dx));
    }

    @Override
    public void conv2dWeightGrad(ConvSpec spec, NdArray x, NdArray dy, NdArray dw) {
        driver.run(() -> convolutions.weights(spec, x, dy, dw));
    }

    @Override
    public void upfirdn2d(Resample spec, Fir filter, NdArray x, NdArray y) {
        run(() -> kernels.upfirdn2d(spec, filter, x, y), y, x);
    }

    @Override
    public void biasAct(Activation act, NdArray x, @Nullable NdArray b, int axis, NdArray y) {
        run(() -> halves.biasAct(act, x, b, axis, y), () -> kernels.biasAct(act, x, b, axis, y), y, x, b);
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
        run(
                () -> halves.biasActGrad(act, order, dy, x, b, dx),
                () -> kernels.biasActGrad(act, order, dy, x, b, axis, xIsOutput, dx),
                dx,
                dy,
                x,
                b);
    }

    @Override
    public Optional<String> refusal(SynthesisSpec spec, Precision precision) {
        return SynthesisWeights.refusal(spec, precision);
    }

    @Override
    public SynthesisPlan synthesis(SynthesisSpec spec, Precision precision) {
        return driver.locked(() -> new CudaSynthesis(driver, pool, capture(), pinned, planned, spec, precision));
    }

    private Capture capture() {
        Capture known = capture == null ? new Capture() : capture;
        capture = known;
        return known;
    }

    @Override
    public boolean fuses(SsimSpec spec) {
        return Rounding.isAllowed() && Similarities.fuses(spec);
    }

    @Override
    public void ssim(SsimSpec spec, NdArray a, NdArray b, NdArray y) {
        run(() -> similarities.forward(spec, a, b, y), y, a, b);
    }

    @Override
    public void ssimGrad(SsimSpec spec, NdArray dy, NdArray a, NdArray b, NdArray da) {
        run(() -> similarities.gradient(spec, dy, a, b, da), da, dy, a, b);
    }

    @Override
    public void maxPool(PoolSpec spec, NdArray x, NdArray y) {
        run(() -> halves.maxPool(spec, x, y), () -> kernels.maxPool(spec, x, y), y, x);
    }

    @Override
    public void maxPoolScatter(PoolSpec spec, NdArray x, NdArray dy, NdArray dx) {
        run(() -> halves.maxPoolScatter(spec, x, dy, dx), () -> kernels.maxPoolScatter(spec, x, dy, dx), dx, x, dy);
    }

    @Override
    public void maxPoolGather(PoolSpec spec, NdArray x, NdArray g, NdArray y) {
        run(() -> kernels.maxPoolGather(spec, x, g, y), y, x, g);
    }

    @Override
    public void avgPool(PoolSpec spec, NdArray x, NdArray y) {
        run(() -> halves.avgPool(spec, x, y), () -> kernels.avgPool(spec, x, y), y, x);
    }

    @Override
    public void avgPoolGrad(PoolSpec spec, NdArray dy, NdArray dx) {
        run(() -> halves.avgPoolGrad(spec, dy, dx), () -> kernels.avgPoolGrad(spec, dy, dx), dx, dy);
    }

    @Override
    public void resizeBilinear(NdArray x, NdArray y) {
        run(() -> kernels.resizeBilinear(x, y), y, x);
    }

    @Override
    public void resizeBilinearGrad(NdArray dy, NdArray dx) {
        run(() -> kernels.resizeBilinearGrad(dy, dx), dx, dy);
    }

    @Override
    public void adam(AdamSpec spec, NdArray g, NdArray p, NdArray m, NdArray v) {
        update(spec, null, null, g, p, m, v);
    }

    @Override
    public void adamScaled(AdamSpec spec, NdArray rate, NdArray scale, NdArray g, NdArray p, NdArray m, NdArray v) {
        update(spec, rate, scale, g, p, m, v);
    }

    private void update(
            AdamSpec spec,
            @Nullable NdArray rate,
            @Nullable NdArray scale,
            NdArray g,
            NdArray p,
            NdArray m,
            NdArray v) {
        Runnable work = () -> {
            List.of(m, v).forEach(pool::change);
            kernels.adam(spec, rate, scale, g, p, m, v);
        };
        run(work, p, g, rate, scale);
    }

    @Override
    public <T extends @Nullable Object> T rounding(Precision precision, Supplier<T> work) {
        return Rounding.in(precision, work, (inner, whole) -> driver.run(() -> halves.end(inner, whole)));
    }

    @Override
    public Recorder recorder() {
        return new Recording(driver, pool, convolutions::open);
    }
}

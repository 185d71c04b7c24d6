package org.semblance.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.semblance.backend.PoolSpec;
import org.semblance.ops.Pool2d;
import org.semblance.ops.Reduce;
import org.semblance.ops.Resize;
import org.semblance.tensor.Tensor;

/** How long do resizes, pools and sums over pictures take? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 2, time = 1)
@Fork(1)
public class SamplingBenchmark extends OpBenchmark {
    private static final PoolSpec HALVES = PoolSpec.of(2, 2, 0);
    private static final PoolSpec OVERLAPPING = PoolSpec.of(3, 2, 1);

    /** Batch, channels, pixels per side. */
    @Param({"8x3x256", "8x64x64"})
    public String shape = "";

    private int resized;

    @Setup(Level.Trial)
    public void setUp() {
        ImageShape size = ImageShape.of(shape);
        resized = size.resolution() * 5 / 8;
        use(OpInputs.images(
                use(),
                size.random(1),
                size.withResolution(resized).random(2),
                size.withResolution(size.resolution() / 2).random(3)));
    }

    @Benchmark
    public void bilinear() {
        run(this::resize);
    }

    @Benchmark
    public void bilinearWithGradient() {
        runWithGradients(this::resize, 1, 1);
    }

    private Tensor resize(OpInputs t) {
        return Resize.bilinear(t.get(0), resized, resized);
    }

    @Benchmark
    public void maxPool() {
        run(t -> Pool2d.max(t.get(0), OVERLAPPING));
    }

    @Benchmark
    public void maxPoolWithGradient() {
        runWithGradients(t -> Pool2d.max(t.get(0), OVERLAPPING), 1, 2);
    }

    @Benchmark
    public void averagePool() {
        run(t -> Pool2d.avg(t.get(0), HALVES));
    }

    @Benchmark
    public void averagePoolWithGradient() {
        runWithGradients(t -> Pool2d.avg(t.get(0), HALVES), 1, 2);
    }

    /** Of each channel of each picture. */
    @Benchmark
    public void sumOfPixels() {
        run(t -> Reduce.sum(t.get(0), 2, 3));
    }

    @Benchmark
    public void sumOfAll() {
        run(t -> Reduce.sumAll(t.get(0)));
    }
}

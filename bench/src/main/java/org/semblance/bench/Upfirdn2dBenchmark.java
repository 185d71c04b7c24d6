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
import org.semblance.ops.Filter;
import org.semblance.ops.Filters;
import org.semblance.ops.Upfirdn2d;

/** How long do the resamplers of StyleGAN2 take? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 2, time = 1)
@Fork(1)
public class Upfirdn2dBenchmark extends OpBenchmark {
    private static final Filter FILTER = Filters.of(1, 3, 3, 1);

    /** Batch, channels, pixels per side. */
    @Param({"1x512x16", "1x64x256", "8x64x64"})
    public String shape = "";

    @Setup(Level.Trial)
    public void setUp() {
        ImageShape size = ImageShape.of(shape);
        use(OpInputs.images(
                use(),
                size.random(1),
                size.withResolution(2 * size.resolution()).random(2)));
    }

    /** The low-pass filter alone. */
    @Benchmark
    public void filter() {
        run(t -> Upfirdn2d.filter2d(t.get(0), FILTER, new int[4], false, 1));
    }

    @Benchmark
    public void upsample() {
        run(t -> Upfirdn2d.upsample2d(t.get(0), FILTER));
    }

    @Benchmark
    public void downsample() {
        run(t -> Upfirdn2d.downsample2d(t.get(0), FILTER));
    }

    @Benchmark
    public void upsampleWithGradient() {
        runWithGradients(t -> Upfirdn2d.upsample2d(t.get(0), FILTER), 1, 1);
    }
}

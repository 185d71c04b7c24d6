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
import org.semblance.backend.ConvSpec;
import org.semblance.ops.Conv2d;

/** How long does a plain 3x3 convolution take, and each of its gradients? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 2, time = 1)
@Fork(1)
public class Conv2dBenchmark extends OpBenchmark {
    private static final ConvSpec SPEC = ConvSpec.padded(1);

    /** Batch, channels in and out, pixels per side. */
    @Param({"1x512x16", "1x256x64", "1x128x128", "1x64x256", "4x512x8"})
    public String shape = "";

    private ImageShape size = ImageShape.of("1x1x1");

    @Setup(Level.Trial)
    public void setUp() {
        size = ImageShape.of(shape);
        use(OpInputs.images(use(), size.random(1)).withConstant(size.weight(2)));
    }

    @Benchmark
    public void forward() {
        run(t -> Conv2d.of(t.get(0), t.get(1), SPEC));
    }

    @Benchmark
    public void dataGradient() {
        run(t -> Conv2d.dataGrad(t.get(0), t.get(1), SPEC, size.resolution(), size.resolution()));
    }

    @Benchmark
    public void weightGradient() {
        run(t -> Conv2d.weightGrad(t.get(0), t.get(0), SPEC, t.get(1).shape()));
    }
}

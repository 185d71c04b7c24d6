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
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.ops.MsSsim;
import org.semblance.ops.Ssim;
import org.semblance.tensor.Tensor;

/** How long does the similarity of pictures at five scales take? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 2, time = 1)
@Fork(1)
public class MsSsimBenchmark extends OpBenchmark {
    private static final Ssim SSIM = Ssim.standard(2);

    /** Batch, channels, pixels per side, at least 161. */
    @Param({"8x3x256"})
    public String shape = "";

    @Setup(Level.Trial)
    public void setUp() {
        ImageShape size = ImageShape.of(shape);
        HostArray ones = RandomArrays.normal(3, Shape.of(size.batch()), 1, 0);
        use(OpInputs.images(use(), size.random(1), size.random(2), ones));
    }

    @Benchmark
    public void forward() {
        run(MsSsimBenchmark::similarity);
    }

    /** And its gradient to the first picture of each pair. */
    @Benchmark
    public void forwardWithGradient() {
        runWithGradients(MsSsimBenchmark::similarity, 1, 2);
    }

    private static Tensor similarity(OpInputs t) {
        return MsSsim.of(t.get(0), t.get(1), SSIM, MsSsim.standardPowers());
    }
}

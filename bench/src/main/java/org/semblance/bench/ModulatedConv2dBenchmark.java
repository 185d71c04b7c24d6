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
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.ops.Filters;
import org.semblance.ops.ModulatedLayer;
import org.semblance.tensor.Tensor;

/** How long does a layer of the generator take, with and without enlargement, and its backward pass? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 2, time = 1)
@Fork(1)
public class ModulatedConv2dBenchmark extends OpBenchmark {
    /** Batch, channels in and out, pixels per side of the input. */
    @Param({"1x512x16", "1x64x128", "8x128x32"})
    public String shape = "";

    /** Enlargement. */
    @Param({"1", "2"})
    public int up;

    @Setup(Level.Trial)
    public void setUp() {
        ImageShape size = ImageShape.of(shape);
        int c = size.channels();
        use(OpInputs.images(
                        use(),
                        size.random(1),
                        RandomArrays.normal(2, Shape.of(size.batch(), c), 1, 0.5f),
                        size.withResolution(up * size.resolution()).random(3))
                .withConstant(size.weight(4))
                .withConstant(energy(size.weight(4).data(), c))
                .withConstant(RandomArrays.normal(5, Shape.of(c))));
    }

    private static org.semblance.array.HostArray energy(float[] weight, int channels) {
        float[] sums = new float[channels * channels];
        for (int i = 0; i < weight.length; i++) {
            sums[i / 9] += weight[i] * weight[i];
        }
        return org.semblance.array.HostArray.of(sums, channels, channels);
    }

    @Benchmark
    public void forward() {
        run(this::apply);
    }

    /** The layer and its gradients to the features and the styles, weights frozen. */
    @Benchmark
    public void forwardWithGradients() {
        runWithGradients(this::apply, 2, 2);
    }

    private Tensor apply(OpInputs t) {
        return ModulatedLayer.synthesis(
                        t.get(3),
                        t.get(4),
                        t.get(5),
                        Activation.standard(Activation.Kind.LRELU),
                        up,
                        Filters.of(1, 3, 3, 1))
                .apply(t.get(0), t.get(1), null);
    }
}

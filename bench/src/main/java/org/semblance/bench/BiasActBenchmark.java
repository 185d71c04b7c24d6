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
import org.semblance.ops.BiasAct;
import org.semblance.tensor.Tensor;

/** How long do bias and activation take? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 2, time = 1)
@Fork(1)
public class BiasActBenchmark extends OpBenchmark {
    /** Batch, channels, pixels per side. */
    @Param({"1x512x16", "1x64x256", "8x64x64"})
    public String shape = "";

    @Param({"LRELU", "SWISH"})
    public Activation.Kind kind = Activation.Kind.LINEAR;

    @Setup(Level.Trial)
    public void setUp() {
        ImageShape size = ImageShape.of(shape);
        use(OpInputs.images(use(), size.random(1), RandomArrays.normal(2, Shape.of(size.channels())), size.random(3)));
    }

    @Benchmark
    public void forward() {
        run(this::apply);
    }

    /** The operation and its gradients to the features and the bias. */
    @Benchmark
    public void forwardWithGradients() {
        runWithGradients(this::apply, 2, 2);
    }

    private Tensor apply(OpInputs t) {
        return BiasAct.of(t.get(0), t.get(1), Activation.standard(kind));
    }
}

package org.semblance.bench;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.nn.Adam;
import org.semblance.tensor.Tensor;

/** How long does an update of all parameters take? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 2, time = 1)
@Fork(1)
public class AdamBenchmark extends OnDevice {
    /** Number of parameters, in one tensor as the trainer has them. */
    @Param({"1000000", "30000000"})
    public int parameters;

    private @Nullable Device used;
    private @Nullable OpInputs inputs;
    private @Nullable Adam adam;

    @Setup(Level.Trial)
    public void setUp() {
        used = use();
        Shape shape = Shape.of(parameters);
        inputs = OpInputs.images(used, RandomArrays.normal(1, shape), RandomArrays.normal(2, shape));
        adam = used.call(() -> new Adam(List.of(requireNonNull(inputs).get(0)), 1e-6));
    }

    @Benchmark
    public void step() {
        List<Tensor> gradients = List.of(requireNonNull(inputs).get(1));
        requireNonNull(used).run(() -> requireNonNull(adam).step(gradients));
        settle();
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        requireNonNull(used).run(requireNonNull(adam)::close);
        requireNonNull(inputs).close();
    }
}

package org.semblance.bench;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.semblance.tensor.Tensor;

/** One operation on inputs that lie on the device. */
@State(Scope.Benchmark)
public abstract class OpBenchmark extends OnDevice {
    private @Nullable OpInputs inputs;

    final void use(OpInputs made) {
        inputs = made;
    }

    final void run(Function<OpInputs, Tensor> op) {
        requireNonNull(inputs).run(op);
        settle();
    }

    /** As {@link OpInputs#runWithGradients}. */
    final void runWithGradients(Function<OpInputs, Tensor> op, int count, int seed) {
        requireNonNull(inputs).runWithGradients(op, count, seed);
        settle();
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        requireNonNull(inputs).close();
    }
}

package org.semblance.bench;

import static java.util.Objects.requireNonNull;

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

/** How long does a whole generator take, from style codes to pictures and back to a gradient? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 2, time = 1)
@Fork(1)
public class GeneratorBenchmark {
    @Param({"HEADS64", "RANDOM256"})
    public GeneratorPreset preset = GeneratorPreset.HEADS64;

    @Param({"1", "8"})
    public int batch;

    private @Nullable GeneratorWork work;

    @Setup(Level.Trial)
    public void setUp() {
        work = new GeneratorWork(preset, batch);
    }

    /** Pictures from style codes. */
    @Benchmark
    public void forward() {
        requireNonNull(work).forward();
    }

    /** Pictures, and the gradient with respect to the style codes through frozen weights. */
    @Benchmark
    public void forwardBackward() {
        requireNonNull(work).forwardBackward();
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        requireNonNull(work).close();
    }
}

package org.semblance.bench.gpu;

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
import org.semblance.bench.OnDevice;
import org.semblance.bench.RandomGenerator;
import org.semblance.networks.stylegan2.StyleGan2Generator;

/** How long does a whole generator take on a GPU, from style codes to pictures and back to a gradient? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 2, time = 1)
@Fork(1)
public class GpuGeneratorBenchmark extends OnDevice {
    /** See {@link GpuRow}. */
    @Param({
        "256-b1-forward-fp16",
        "256-b8-forward-fp16",
        "256-b32-forward-fp16",
        "256-b1-backward-bf16",
        "256-b8-backward-bf16",
        "256-b32-backward-bf16",
        "1024-b1-forward-fp16",
        "1024-b8-forward-fp16",
        "1024-b32-forward-fp16",
        "1024-b1-backward-bf16",
        "1024-b8-backward-bf16",
        "1024-b32-backward-bf16"
    })
    public String row = "";

    private @Nullable StyleGan2Generator generator;
    private @Nullable GeneratorRun run;

    @Setup(Level.Trial)
    public void setUp() {
        GpuRow work = GpuRow.of(row);
        StyleGan2Generator made = StyleGan2Generator.load(work.config(), new RandomGenerator(), use(), false);
        generator = made;
        try {
            run = new GeneratorRun(made, use(), work);
        } catch (UnsupportedOperationException e) {
            made.close();
            throw e;
        }
    }

    @Benchmark
    public void generator() {
        requireNonNull(run).run();
        settle();
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        requireNonNull(run).close();
        requireNonNull(generator).close();
    }
}

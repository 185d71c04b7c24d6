package org.semblance.bench;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.semblance.Disentangler;
import org.semblance.backend.Device;
import org.semblance.image.Image;

/** How long does one swap take end to end, two pictures in and one out, and what do many callers at once get? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 2, time = 1)
@Fork(1)
public class SwapBenchmark {
    private @Nullable Disentangler disentangler;
    private List<Image> heads = List.of();

    @Setup(Level.Trial)
    public void setUp() throws IOException {
        disentangler = Disentangler.load(Disentangler.embeddedModel(), Device.cpu());
        heads = BenchHeads.two(disentangler.resolution());
    }

    @Benchmark
    public Image swap() {
        return requireNonNull(disentangler).swap(heads.get(0), heads.get(1));
    }

    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    public Image swapsOfOneCaller() {
        return swap();
    }

    /** No fewer a second than of one caller: all wait for one thread, which brings its team. */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    @Threads(8)
    public Image swapsOfEightCallers() {
        return swap();
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        requireNonNull(disentangler).close();
    }
}

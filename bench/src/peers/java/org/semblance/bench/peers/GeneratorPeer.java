package org.semblance.bench.peers;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.semblance.bench.GeneratorPreset;

/** The work of {@code GeneratorBenchmark} by another library, with the same weights; see {@link GeneratorScript}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 2, time = 1)
@Fork(1)
public abstract class GeneratorPeer {
    @Param({"HEADS64", "RANDOM256"})
    public GeneratorPreset preset = GeneratorPreset.HEADS64;

    @Param({"1", "8"})
    public int batch;

    /** How it is written, see {@link PeerVariant}; {@code -} is none of its letters. */
    @Param({"-", "ls"})
    public String variant = "";

    private final ScriptEngine engine;
    private ScriptEngine.@Nullable Run run;

    GeneratorPeer(ScriptEngine engine) {
        this.engine = engine;
    }

    @Setup(Level.Trial)
    public void setUp() throws IOException {
        Path file = Files.createTempFile("semblance-bench", ".pt");
        GeneratorScript.of(preset, PeerVariant.of(variant)).write(file);
        ScriptEngine.Run loaded = engine.load(file, preset.codes(batch), preset.upstream(batch));
        Files.delete(file);
        Reference.require(preset, batch, loaded);
        run = loaded;
    }

    @Benchmark
    public void forward() {
        requireNonNull(run).forward();
    }

    @Benchmark
    public void forwardBackward() {
        requireNonNull(run).forwardBackward();
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        requireNonNull(run).close();
    }
}

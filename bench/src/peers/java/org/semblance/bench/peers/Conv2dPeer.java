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
import org.openjdk.jmh.infra.BenchmarkParams;
import org.semblance.array.HostArray;
import org.semblance.bench.ImageShape;

/** The work of {@code Conv2dBenchmark} by another library, in PyTorch's default layout and in its fast one. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 2, time = 1)
@Fork(1)
public abstract class Conv2dPeer {
    @Param({"1x512x16", "1x256x64", "1x128x128", "1x64x256", "4x512x8"})
    public String shape = "";

    /** Order of the elements: {@code nchw} is PyTorch's default, {@code nhwc} its channels last. */
    @Param({"nchw", "nhwc"})
    public String layout = "";

    private final ScriptEngine engine;
    private ScriptEngine.@Nullable Run run;

    Conv2dPeer(ScriptEngine engine) {
        this.engine = engine;
    }

    @Setup(Level.Trial)
    public void setUp(BenchmarkParams params) throws IOException {
        String method = params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1);
        Path file = Files.createTempFile("semblance-bench", ".pt");
        ConvScript.of(ImageShape.of(shape), kind(method), layout.equals("nhwc")).write(file);
        run = engine.load(file, HostArray.of(new float[1], 1), null);
        Files.delete(file);
    }

    private static ConvScript.Kind kind(String method) {
        return switch (method) {
            case "forward" -> ConvScript.Kind.FORWARD;
            case "dataGradient" -> ConvScript.Kind.DATA_GRADIENT;
            case "weightGradient" -> ConvScript.Kind.WEIGHT_GRADIENT;
            default -> throw new IllegalArgumentException(method);
        };
    }

    @Benchmark
    public void forward() {
        requireNonNull(run).forward();
    }

    @Benchmark
    public void dataGradient() {
        requireNonNull(run).forward();
    }

    @Benchmark
    public void weightGradient() {
        requireNonNull(run).forward();
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        requireNonNull(run).close();
    }
}

package org.semblance.bench.gpu;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.semblance.backend.Device;
import org.semblance.bench.DeviceTimes;
import org.semblance.json.Json;

/**
 * Runs the JMH benchmarks of generators and operations on a GPU, in this process (a device opens once) and within a
 * limit, and prints each as it comes: time on the device, on the host until it is done, on the host until it is queued.
 * Writes {@code DATE-NAME.json} (JMH's results) and {@code DATE-NAME.md} as it goes.
 *
 * <pre>{@code
 * GpuBenchMain [--out DIR] [--name NAME] [--only REGEX] [--millis MS] [--limit S] [--device cuda|cpu]
 * }</pre>
 */
public final class GpuBenchMain {
    private static final List<String> KNOWN = List.of("--out", "--name", "--only", "--millis", "--limit", "--device");
    private static final String HEAD =
            "| benchmark | of | device ms | host ms, done | host ms, queued |\n" + "|---|---|--:|--:|--:|\n";
    private static final List<String> SAMPLING = List.of(
            "bilinear",
            "bilinearWithGradient",
            "maxPool",
            "maxPoolWithGradient",
            "averagePool",
            "averagePoolWithGradient",
            "sumOfPixels",
            "sumOfAll");
    private static final List<String> SHAPES = List.of("1x512x16", "8x64x256", "8x32x1024");

    private final long start = System.nanoTime();
    private final double limit;
    private final int millis;
    private final String device;
    private final Path out;
    private final String name;
    private final Map<String, Object> machine;
    private final List<RunResult> results = new ArrayList<>();
    private final StringBuilder table = new StringBuilder(HEAD);
    private final List<String> failures = new ArrayList<>();

    /** A benchmark method with its parameters. */
    record Question(String benchmark, Map<String, String> params) {
        /** Those of a GPU, the most important first. */
        static List<Question> all() {
            List<Question> all = new ArrayList<>();
            for (int size : new int[] {256, 1024}) {
                for (int batch : new int[] {1, 8, 32}) {
                    for (String work : List.of("forward-fp16", "backward-bf16")) {
                        String row = size + "-b" + batch + "-" + work;
                        all.add(new Question("gpu.GpuGeneratorBenchmark.generator", Map.of("row", row)));
                    }
                }
            }
            for (String up : List.of("1", "2")) {
                for (String shape : List.of("1x512x16", "8x256x32", "8x64x128")) {
                    all.add(new Question("ModulatedConv2dBenchmark.forward", Map.of("shape", shape, "up", up)));
                    all.add(new Question(
                            "ModulatedConv2dBenchmark.forwardWithGradients", Map.of("shape", shape, "up", up)));
                }
            }
            for (String shape : SHAPES) {
                for (String method : List.of("filter", "upsample", "downsample", "upsampleWithGradient")) {
                    all.add(new Question("Upfirdn2dBenchmark." + method, Map.of("shape", shape)));
                }
                for (String method : List.of("forward", "forwardWithGradients")) {
                    all.add(new Question("BiasActBenchmark." + method, Map.of("shape", shape, "kind", "LRELU")));
                }
            }
            for (String shape : List.of("1x512x16", "8x256x64", "8x64x256")) {
                for (String method : List.of("forward", "dataGradient", "weightGradient")) {
                    all.add(new Question("Conv2dBenchmark." + method, Map.of("shape", shape)));
                }
            }
            for (String method : List.of("forward", "forwardWithGradient")) {
                all.add(new Question("MsSsimBenchmark." + method, Map.of("shape", "8x3x256")));
            }
            all.add(new Question("AdamBenchmark.step", Map.of("parameters", "30000000")));
            for (String shape : List.of("8x3x256", "8x64x64")) {
                for (String method : SAMPLING) {
                    all.add(new Question("SamplingBenchmark." + method, Map.of("shape", shape)));
                }
            }
            return all;
        }

        String title() {
            return benchmark.substring(benchmark.indexOf("gpu.") == 0 ? 4 : 0).replace("Benchmark", "");
        }

        String of() {
            return String.join(" ", new TreeMap<>(params).values());
        }
    }

    private GpuBenchMain(Options options, String command) throws IOException {
        limit = options.positive("--limit", 240);
        millis = options.count("--millis", 250);
        device = options.text("--device", "cuda");
        out = Files.createDirectories(Path.of(options.text("--out", ".")));
        name = LocalDate.now(ZoneOffset.UTC) + "-" + options.text("--name", "kernels");
        machine = Machine.facts(Device.named(device), command);
    }

    /** See above. */
    public static void main(String[] args) throws IOException {
        Options options = Options.of(KNOWN, args);
        String only = options.text("--only", "");
        new GpuBenchMain(options, String.join(" ", args))
                .run(Question.all().stream()
                        .filter(q -> (q.title() + " " + q.of()).matches(".*(?:" + only + ").*"))
                        .toList());
    }

    private void run(List<Question> questions) throws IOException {
        System.out.print(HEAD);
        for (Question question : questions) {
            if ((System.nanoTime() - start) / 1e9 > limit) {
                failures.add(question.title() + " " + question.of() + ": no time left");
            } else {
                measure(question);
                write();
            }
        }
        write();
        failures.forEach(failure -> System.out.println("not measured: " + failure));
    }

    private void measure(Question question) {
        try {
            List<RunResult> both = List.copyOf(new Runner(options(question).build()).run());
            results.addAll(both);
            RunResult done = until(both, "done");
            RunResult queued = until(both, "queued");
            String line = String.format(
                    Locale.ROOT,
                    "| %s | %s | %.4f | %.4f | %.4f |",
                    question.title(),
                    question.of(),
                    requireNonNull(queued.getSecondaryResults().get(DeviceTimes.LABEL))
                            .getScore(),
                    median(done),
                    median(queued));
            table.append(line).append('\n');
            System.out.println(line);
        } catch (RunnerException e) {
            failures.add(question.title() + " " + question.of() + ": " + root(e).getMessage());
        }
    }

    /* JMH keeps what a benchmark threw among the suppressed. */
    private static Throwable root(Throwable e) {
        Throwable inner = e.getCause() == null && e.getSuppressed().length > 0 ? e.getSuppressed()[0] : e.getCause();
        return inner == null ? e : root(inner);
    }

    private static RunResult until(List<RunResult> both, String event) {
        return both.stream()
                .filter(r -> r.getParams().getParam("until").equals(event))
                .findFirst()
                .orElseThrow();
    }

    private static double median(RunResult result) {
        return result.getPrimaryResult().getStatistics().getPercentile(50);
    }

    private ChainedOptionsBuilder options(Question question) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^org\\.semblance\\.bench\\." + question.benchmark().replace(".", "\\.") + "$")
                .forks(0)
                .param("device", device)
                .param("until", "done", "queued")
                .warmupTime(TimeValue.milliseconds(millis))
                .measurementTime(TimeValue.milliseconds(millis))
                .addProfiler(DeviceTimes.class)
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
        question.params().forEach(options::param);
        return options;
    }

    /* After every benchmark, so that a run that is cut off leaves what it has. */
    private void write() throws IOException {
        ResultFormatFactory.getInstance(
                        ResultFormatType.JSON, out.resolve(name + ".json").toString())
                .writeOut(results);
        StringBuilder page = new StringBuilder("# Operations on a GPU\n\n");
        page.append("    ")
                .append(Json.of(machine).pretty().replace("\n", "\n    ").trim())
                .append("\n\n");
        page.append("Medians. Operations are float32.\n\n").append(table);
        failures.forEach(
                failure -> page.append("\nNot measured: ").append(failure).append('\n'));
        Files.writeString(out.resolve(name + ".md"), page);
    }
}

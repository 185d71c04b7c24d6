package org.semblance.bench.gpu;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.semblance.backend.Activation;
import org.semblance.backend.Counters;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.bench.Clock;
import org.semblance.bench.RandomGenerator;
import org.semblance.networks.stylegan2.Architecture;
import org.semblance.networks.stylegan2.Channels;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.networks.stylegan2.StyleGan2Generator;

/**
 * Calls generators very often and watches memory: bytes live in arrays, bytes that the device holds, the process's
 * resident memory and Java's heap, a line for every tenth of the calls. Ends with 1 unless all stay flat, if the counts
 * of allocations and native calls grow from one tenth to the next, or if a precision cannot be had.
 *
 * <pre>{@code
 * GpuSoakMain [--calls 100000] [--limit S] [--device cuda|cpu] [--precisions fp16,bf16,fp32] [--generators
 * small,heads64]
 * }</pre>
 *
 * Of ten calls, one copies 8-bit pictures to the host and, in bf16 and fp32, one has a backward pass. The limit is for
 * all: where the calls of a generator would take more than its share of what is left, fewer are made, as the lines
 * show.
 */
public final class GpuSoakMain {
    private static final List<String> KNOWN = List.of("--calls", "--limit", "--device", "--precisions", "--generators");
    private static final int BATCH = 2;

    private final Device device;
    private final Clock clock;
    private final int calls;
    private final double limit;
    private final long start = System.nanoTime();
    private int left;
    private boolean failed;

    private GpuSoakMain(Options options) {
        device = Device.named(options.text("--device", "cuda"));
        clock = Clock.of(device);
        calls = options.count("--calls", 100_000);
        limit = options.positive("--limit", 3600);
    }

    /** See above. */
    public static void main(String[] args) throws IOException {
        Options options = Options.of(KNOWN, args);
        GpuSoakMain soak = new GpuSoakMain(options);
        List<String> generators = options.list("--generators", "small,heads64");
        List<String> precisions = options.list("--precisions", "fp16,bf16,fp32");
        soak.left = generators.size() * precisions.size();
        for (String precision : precisions) {
            for (String generator : generators) {
                soak.run(generator, GpuRow.precision(precision));
            }
        }
        System.out.println(soak.failed ? "soak: FAILED" : "soak: memory and counts stayed flat");
        System.exit(soak.failed ? 1 : 0);
    }

    /** The architecture of a name; memory does not depend on the weights, which are random. */
    static GeneratorConfig config(String generator) {
        return switch (generator) {
            case "small" -> GeneratorConfig.standard(32, 1024, 64);
            case "heads64" ->
                new GeneratorConfig(
                        512, 0, 512, 3, 4, 0.01, Channels.of(8192, 256, 64), Architecture.SKIP, Activation.NO_CLAMP);
            default ->
                throw new IllegalArgumentException("soak: a generator is small or heads64, got '" + generator + "'");
        };
    }

    private void run(String name, Precision precision) throws IOException {
        System.out.println("\n" + name + ", " + precision + ", batch " + BATCH);
        GeneratorConfig config = config(name);
        try (StyleGan2Generator generator = StyleGan2Generator.load(config, new RandomGenerator(), device, false);
                GeneratorRun forward = run(generator, false, precision);
                GeneratorRun backward = run(generator, precision != Precision.FLOAT16, precision)) {
            watch(forward, backward);
        } catch (UnsupportedOperationException e) {
            System.out.println("NOT HERE: " + e.getMessage());
            failed = true;
        }
        left--;
    }

    private GeneratorRun run(StyleGan2Generator generator, boolean withGradient, Precision precision) {
        return new GeneratorRun(generator, device, BATCH, withGradient, precision);
    }

    private void watch(GeneratorRun forward, GeneratorRun backward) throws IOException {
        List<SoakSample> samples = new ArrayList<>();
        System.out.println(SoakSample.HEAD);
        int tenth = tenth(forward, backward);
        double begin = seconds();
        for (int i = 1; i <= 10; i++) {
            Counters before = device.backend().counters();
            make(tenth, forward, backward);
            Counters since = device.backend().counters().since(before);
            samples.add(SoakSample.take(device, (long) i * tenth, seconds() - begin, since, tenth));
            System.out.println(samples.get(samples.size() - 1));
        }
        List<String> complaints = SoakSample.complaints(samples);
        complaints.forEach(complaint -> System.out.println("NOT FLAT: " + complaint));
        failed |= !complaints.isEmpty();
    }

    /** A tenth of the calls, or as many as there is time for, a multiple of ten. */
    private int tenth(GeneratorRun forward, GeneratorRun backward) {
        double begin = seconds();
        while (seconds() < begin + Math.min(1, limit / 100)) {
            make(20, forward, backward);
        }
        begin = seconds();
        make(20, forward, backward);
        double each = (seconds() - begin) / 20;
        double share = (limit - seconds()) / left;
        return Math.max(1, Math.min(calls / 100, (int) (0.8 * share / (100 * each)))) * 10;
    }

    private double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    private void make(int count, GeneratorRun forward, GeneratorRun backward) {
        for (int k = 0; k < count; k++) {
            call(k % 10, forward, backward);
        }
        clock.await();
    }

    private static void call(int k, GeneratorRun forward, GeneratorRun backward) {
        if (k == 0) {
            forward.pixels();
        } else if (k == 5) {
            backward.run();
        } else {
            forward.run();
        }
    }
}

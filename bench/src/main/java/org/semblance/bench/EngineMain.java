package org.semblance.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.semblance.Disentangler;
import org.semblance.IdentityOnto;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.batch.Batch;
import org.semblance.batch.BatchConfig;
import org.semblance.batch.BatchListener;
import org.semblance.batch.BatchReport;
import org.semblance.batch.BatchWork;
import org.semblance.heads.HeadFactors;
import org.semblance.heads.HeadRenderer;
import org.semblance.image.Image;

/**
 * The batch engine beside what it drives: pictures per second of the bare model (groups that lie in memory, by as many
 * threads as compute in the engine), of the picture codec alone (files read and written by the engine's threads,
 * nothing computed), and of the engine (the same files, swapped). A round measures all three right after one another,
 * each in turn first, since a host's disk and its other guests change by the second; what counts is the median of the
 * rounds' ratios. The first round warms up and does not count. Every run writes into a new folder, and nothing is
 * deleted before the end: some file systems create files slowly for a while after many were deleted. At last a run of
 * {@code WATCHED} pictures tells the memory along the way.
 *
 * <pre>{@code EngineMain DEVICE PICTURES ROUNDS WATCHED SIZE[xCOMPUTERS[xENCODERS]]... }</pre>
 */
public final class EngineMain {
    private static final int HEADS = 128;
    /** Pictures after which the codec's code is compiled. */
    private static final int WARM = 12_000;

    private final Disentangler model;
    private final float[] identity;
    private final List<Image> images;
    private final Path folder;

    private EngineMain(Disentangler model, Path folder) throws IOException {
        this.model = model;
        this.folder = folder;
        this.images = heads(model.resolution());
        this.identity = model.identity().embed(images.get(0));
        for (int i = 0; i < HEADS; i++) {
            images.get(i).writePng(in(i));
        }
    }

    private Path in(int number) {
        return folder.resolve("in" + number % HEADS + ".png");
    }

    private static List<Image> heads(int resolution) {
        List<HeadFactors> factors = IntStream.range(0, HEADS)
                .mapToObj(i -> HeadFactors.of(i, 1000 + i))
                .toList();
        return new HeadRenderer()
                .render(factors, resolution).stream()
                        .map(head -> Image.fromFloats(head.image()))
                        .toList();
    }

    /** See above. */
    public static void main(String[] arguments) throws IOException {
        int pictures = Integer.parseInt(arguments[1]);
        int rounds = Integer.parseInt(arguments[2]);
        int watched = Integer.parseInt(arguments[3]);
        Path folder = Files.createTempDirectory("engine");
        try (Disentangler model = Disentangler.load(Disentangler.embeddedModel(), Device.named(arguments[0]))) {
            EngineMain main = new EngineMain(model, folder);
            for (int i = 4; i < arguments.length; i++) {
                BatchConfig config = config(arguments[i]);
                main.compare(config, pictures, rounds);
                if (watched > 0) {
                    main.run(
                            "watched",
                            new IdentityOnto(model, main.identity, Image::read),
                            config,
                            watched,
                            watcher(watched));
                }
            }
        } finally {
            delete(folder);
        }
    }

    private static BatchConfig config(String text) {
        int[] numbers = Stream.of(text.split("x")).mapToInt(Integer::parseInt).toArray();
        BatchConfig usual = BatchConfig.of(numbers[0]);
        return usual.withThreads(
                usual.decoders(),
                numbers.length > 1 ? numbers[1] : usual.computers(),
                numbers.length > 2 ? numbers[2] : usual.encoders());
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void compare(BatchConfig config, int count, int rounds) throws IOException {
        say(
                "groups of %d: %d decode, %d compute, %d encode; %d processors",
                config.size(),
                config.decoders(),
                config.computers(),
                config.encoders(),
                Runtime.getRuntime().availableProcessors());
        run("codec", new Copies(), config, WARM, progress -> {});
        round(config, count, 0);
        List<double[]> rates = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            double[] some = round(config, count, round);
            rates.add(some);
            say(
                    "round %d: engine %.3f of the bare model, %.3f of the slower",
                    round, some[2] / some[0], ofSlower(some));
        }
        say(
                "medians of %d rounds: bare %.1f/s, codec %.1f/s, engine %.1f/s; engine %.3f of the slower"
                        + " (least %.3f)",
                rounds,
                median(rates, 0),
                median(rates, 1),
                median(rates, 2),
                Spread.median(rates.stream().mapToDouble(EngineMain::ofSlower).toArray()),
                rates.stream().mapToDouble(EngineMain::ofSlower).min().orElseThrow());
    }

    private static double ofSlower(double[] rates) {
        return rates[2] / Math.min(rates[0], rates[1]);
    }

    /** Pictures per second of the bare model, of the codec and of the engine; another one is first each time. */
    private double[] round(BatchConfig config, int count, int round) throws IOException {
        double[] rates = new double[3];
        for (int i = 0; i < rates.length; i++) {
            int which = (round + i) % rates.length;
            rates[which] = switch (which) {
                case 0 -> bare(config, count);
                case 1 -> run("codec", new Copies(), config, count, progress -> {});
                default -> run("engine", new IdentityOnto(model, identity, Image::read), config, count, progress -> {});
            };
        }
        return rates;
    }

    private static double median(List<double[]> rounds, int which) {
        return Spread.median(rounds.stream().mapToDouble(rates -> rates[which]).toArray());
    }

    private double bare(BatchConfig config, int count) {
        HostArray who = HostArray.of(identity, 1, identity.length);
        AtomicInteger next = new AtomicInteger();
        Runnable groups = () -> {
            for (int i = next.getAndAdd(config.size()); i < count; i = next.getAndAdd(config.size())) {
                model.swap(who, group(i, Math.min(count, i + config.size())));
            }
        };
        Gauge gauge = new Gauge();
        CompletableFuture.allOf(
                        Stream.generate(() -> CompletableFuture.runAsync(groups, task -> new Thread(task).start()))
                                .limit(config.computers())
                                .toArray(CompletableFuture[]::new))
                .join();
        return gauge.told("bare", count);
    }

    private List<Image> group(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> images.get(i % HEADS)).toList();
    }

    private double run(
            String what,
            BatchWork<IdentityOnto.Item, Image, Image> work,
            BatchConfig config,
            int count,
            BatchListener listener)
            throws IOException {
        Path out = Files.createTempDirectory(folder, what);
        List<IdentityOnto.Item> items = IntStream.range(0, count)
                .mapToObj(i -> new IdentityOnto.Item(in(i), out.resolve(i + ".png")))
                .toList();
        Gauge gauge = new Gauge();
        BatchReport report = Batch.of(work, config).listener(listener).run(items);
        double rate = gauge.told(what, count);
        say("    busy %s", report.toJson().get("busySeconds").compact());
        if (!report.isSuccess()) {
            throw new IllegalStateException("engine: " + report.toJson().compact());
        }
        return rate;
    }

    /** Tells the memory at each fifth of a run, after a collection. */
    private static BatchListener watcher(int count) {
        return progress -> {
            if (progress.done() > 0 && progress.done() < count && progress.done() % Math.max(1, count / 5) == 0) {
                System.gc();
                Runtime runtime = Runtime.getRuntime();
                say(
                        "  after %d: heap %d KiB, resident %d KiB",
                        progress.done(), (runtime.totalMemory() - runtime.freeMemory()) >> 10, residentKiB());
            }
        };
    }

    private static long residentKiB() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    /** Time and load since it was made. */
    private static final class Gauge {
        private final MachineLoad load = MachineLoad.watch();
        private final long cpu = cpuNanos();
        private final long start = System.nanoTime();

        double told(String what, int count) {
            double seconds = (System.nanoTime() - start) / 1e9;
            say(
                    "  %-7s %8.1f/s, %.2f processors busy, %.2f of them by others",
                    what, count / seconds, (cpuNanos() - cpu) / 1e9 / seconds + load.share(), load.share());
            return count / seconds;
        }

        private static long cpuNanos() {
            return ProcessHandle.current()
                    .info()
                    .totalCpuDuration()
                    .map(Duration::toNanos)
                    .orElse(0L);
        }
    }

    /** The codec alone. */
    private static final class Copies implements BatchWork<IdentityOnto.Item, Image, Image> {
        @Override
        public Image decode(IdentityOnto.Item item) throws IOException {
            return Image.read(item.attributes());
        }

        @Override
        public List<Image> compute(List<Image> decoded) {
            return decoded;
        }

        @Override
        public void encode(IdentityOnto.Item item, Image result) throws IOException {
            result.writePng(item.out());
        }
    }
}

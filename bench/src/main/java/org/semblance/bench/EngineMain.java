package org.semblance.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.semblance.Disentangler;
import org.semblance.IdentityOnto;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.batch.Batch;
import org.semblance.batch.BatchConfig;
import org.semblance.batch.BatchProgress;
import org.semblance.batch.BatchReport;
import org.semblance.batch.BatchWork;
import org.semblance.heads.HeadFactors;
import org.semblance.heads.HeadRenderer;
import org.semblance.image.Image;

/**
 * The batch engine beside what it drives: pictures per second of the bare model (batches that lie in memory, no files),
 * of the picture codec alone (files read and written, nothing computed), and of the engine (files swapped), in turns;
 * with the processor's load and the heap along the way.
 *
 * <pre>{@code EngineMain DEVICE PICTURES ROUNDS SIZE[xCOMPUTERS]... }</pre>
 */
public final class EngineMain {
    private static final int HEADS = 128;

    private final Disentangler model;
    private final float[] identity;
    private final List<Image> images;
    private final List<IdentityOnto.Item> items;

    private EngineMain(Disentangler model, Path folder, int count) throws IOException {
        this.model = model;
        this.images = heads(model.resolution());
        this.identity = model.identity().embed(images.get(0));
        for (int i = 0; i < HEADS; i++) {
            images.get(i).writePng(folder.resolve("in" + i + ".png"));
        }
        this.items = IntStream.range(0, count)
                .mapToObj(i -> new IdentityOnto.Item(
                        folder.resolve("in" + i % HEADS + ".png"), folder.resolve("out" + i % 1024 + ".png")))
                .toList();
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
        Path folder = Files.createTempDirectory("engine");
        try (Disentangler model = Disentangler.load(Disentangler.embeddedModel(), Device.named(arguments[0]))) {
            EngineMain main = new EngineMain(model, folder, Integer.parseInt(arguments[1]));
            for (int i = 3; i < arguments.length; i++) {
                String[] sizes = arguments[i].split("x");
                int computers = sizes.length == 1 ? 1 : Integer.parseInt(sizes[1]);
                main.compare(Integer.parseInt(sizes[0]), computers, Integer.parseInt(arguments[2]));
            }
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private void compare(int size, int computers, int rounds) throws IOException {
        BatchConfig usual = BatchConfig.of(size);
        BatchConfig config = usual.withThreads(usual.decoders(), computers, usual.encoders());
        round(size, config, items.subList(0, Math.max(1, items.size() / 4)));
        List<double[]> rates = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            rates.add(round(size, config, items));
        }
        double bare = median(rates, 0);
        double codec = median(rates, 1);
        double engine = median(rates, 2);
        double slower = Math.min(bare, codec);
        say(
                "size %d, %d computing: bare %.1f/s, codec %.1f/s, engine %.1f/s = %.3f of the bare model, %.3f of the"
                        + " slower",
                size, computers, bare, codec, engine, engine / bare, engine / slower);
    }

    /** Pictures per second of the bare model, of the codec and of the engine. */
    private double[] round(int size, BatchConfig config, List<IdentityOnto.Item> some) {
        return new double[] {
            bare(size, some.size()),
            engine("codec", new Copies(), config, some),
            engine("engine", new IdentityOnto(model, identity, Image::read), config, some)
        };
    }

    private static double median(List<double[]> rounds, int which) {
        return Spread.median(rounds.stream().mapToDouble(rates -> rates[which]).toArray());
    }

    private double bare(int size, int count) {
        HostArray who = HostArray.of(identity, 1, identity.length);
        long cpu = cpuNanos();
        long start = System.nanoTime();
        for (int i = 0; i < count; i += size) {
            List<Image> group = new ArrayList<>();
            for (int k = i; k < Math.min(count, i + size); k++) {
                group.add(images.get(k % HEADS));
            }
            model.swap(who, group);
        }
        return told("bare", count, start, cpu);
    }

    private double engine(
            String what,
            BatchWork<IdentityOnto.Item, Image, Image> work,
            BatchConfig config,
            List<IdentityOnto.Item> some) {
        long cpu = cpuNanos();
        long start = System.nanoTime();
        BatchReport report = Batch.of(work, config)
                .listener(progress -> watch(what, progress))
                .run(some);
        if (!report.isSuccess()) {
            throw new IllegalStateException("engine: " + report.toJson().compact());
        }
        return told(what + " busy " + report.toJson().get("busySeconds").compact(), some.size(), start, cpu);
    }

    private void watch(String what, BatchProgress progress) {
        long quarter = Math.max(1, items.size() / 4);
        if (progress.done() % quarter == 0 && items.size() >= 5000 && what.equals("engine")) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            say(
                    "  after %d: heap %d KiB, resident %d KiB",
                    progress.done(), (runtime.totalMemory() - runtime.freeMemory()) >> 10, residentKiB());
        }
    }

    private static double told(String what, int count, long start, long cpu) {
        double seconds = (System.nanoTime() - start) / 1e9;
        double rate = count / seconds;
        say("  %s: %.1f/s, %.2f processors busy", what, rate, (cpuNanos() - cpu) / 1e9 / seconds);
        return rate;
    }

    private static long cpuNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(Duration::toNanos)
                .orElse(0L);
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

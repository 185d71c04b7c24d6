package org.semblance.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.semblance.Disentangler;
import org.semblance.backend.Backend;
import org.semblance.heads.HeadFactors;
import org.semblance.heads.HeadRenderer;
import org.semblance.image.Image;

/**
 * Shows that memory stays flat: swaps pairs of heads in a loop and prints resident memory now and then. Arguments: how
 * many swaps (10000), after how many to print (1000), how many pairs go through together (1). A heap of fixed size that
 * is touched beforehand ({@code -Xms320m -Xmx320m -XX:+AlwaysPreTouch}) and no optimising compiler ({@code
 * -XX:TieredStopAtLevel=1}) leave nothing but native memory to change.
 */
public final class SwapLoop {
    private final Disentangler disentangler;
    private final List<Image> heads;
    private final int batch;
    private int next;

    SwapLoop(Disentangler disentangler, List<Image> heads, int batch) {
        this.disentangler = disentangler;
        this.heads = heads;
        this.batch = batch;
    }

    public static void main(String[] args) throws IOException {
        int swaps = argument(args, 0, 10_000);
        int every = argument(args, 1, 1_000);
        int batch = argument(args, 2, 1);
        try (Disentangler d = Disentangler.embedded()) {
            new SwapLoop(d, heads(16, d.resolution()), batch).report(swaps, every);
        }
    }

    private static int argument(String[] args, int index, int otherwise) {
        return args.length > index ? Integer.parseInt(args[index]) : otherwise;
    }

    /** Pictures of different synthetic heads. */
    static List<Image> heads(int count, int resolution) {
        List<HeadFactors> factors = LongStream.range(0, count)
                .mapToObj(i -> HeadFactors.of(i, 1000 + i))
                .toList();
        return new HeadRenderer()
                .render(factors, resolution).stream()
                        .map(head -> Image.fromFloats(head.image()))
                        .toList();
    }

    /** Swaps this many pairs, never the same twice in a row. */
    void run(int swaps) {
        for (int done = 0; done < swaps; done += batch) {
            disentangler.swap(some(next), some(next * 7 + 5));
            next += batch;
        }
    }

    private List<Image> some(int first) {
        return LongStream.range(0, batch)
                .mapToObj(i -> heads.get((int) ((first + i) % heads.size())))
                .toList();
    }

    private void report(int swaps, int every) throws IOException {
        Backend backend = disentangler.generator().device().backend();
        System.out.println("swaps  resident KiB  live bytes  heap KiB  seconds");
        long start = System.nanoTime();
        for (int done = 0; done <= swaps; done += every) {
            double seconds = (System.nanoTime() - start) * 1e-9;
            long live = backend.counters().liveBytes();
            System.out.printf(Locale.ROOT, "%5d %13d %11d %9d %8.1f%n", done, residentKiB(), live, heapKiB(), seconds);
            if (done < swaps) {
                run(every);
            }
        }
    }

    private static long heapKiB() {
        return (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 10;
    }

    /** Physical memory of this process, counted page by page, or -1 where the system does not tell. */
    static long residentKiB() throws IOException {
        Path counted = Path.of("/proc/self/smaps_rollup");
        if (!Files.isReadable(counted)) {
            return -1;
        }
        return Files.readAllLines(counted).stream()
                .filter(line -> line.startsWith("Rss:"))
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(-1L);
    }
}

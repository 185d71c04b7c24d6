package org.semblance.weights.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Damages files for as long as it is told: {@code FuzzMain SECONDS SEED FILE...}; stops at a finding. */
public final class FuzzMain {
    private FuzzMain() {}

    public static void main(String[] arguments) throws IOException {
        long end = System.nanoTime() + Long.parseLong(arguments[0]) * 1_000_000_000L;
        long seed = Long.parseLong(arguments[1]);
        Path folder = Files.createTempDirectory("fuzz");
        String[] files = Arrays.copyOfRange(arguments, 2, arguments.length);
        long runs = 0;
        long loads = 0;
        long slowest = 0;
        while (System.nanoTime() < end) {
            for (String file : files) {
                Path source = Path.of(file);
                Path damaged = folder.resolve(source.getFileName());
                Files.write(damaged, Mutation.of(Files.readAllBytes(source), seed));
                long start = System.nanoTime();
                try {
                    loads += Opening.fault(damaged) == null ? 1 : 0;
                } catch (Throwable e) {
                    System.out.println("FINDING " + source + " seed " + seed);
                    e.printStackTrace(System.out);
                    return;
                }
                long took = System.nanoTime() - start;
                if (took > 2_000_000_000L) {
                    System.out.println("SLOW " + source + " seed " + seed + " " + took / 1_000_000 + " ms");
                }
                slowest = Math.max(slowest, took);
                runs++;
            }
            seed++;
        }
        System.out.println(
                runs + " runs, " + loads + " loads, slowest " + slowest / 1_000_000 + " ms, next seed " + seed);
    }
}

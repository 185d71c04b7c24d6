package org.semblance.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What other processes take of the machine, from Linux's {@code /proc}. OpenMP barriers stall by whole scheduler slices
 * while others run, so a time taken then says little. Elsewhere the share of others is unknown and reads as zero.
 */
final class MachineLoad {
    /** Share of one processor that others may take before a measurement starts. */
    static final double QUIET_BEFORE = 0.12;

    /** Share of one processor that others may take during a measurement. */
    static final double QUIET_DURING = 0.06;

    private static final Path ALL = Path.of("/proc/stat");
    private static final Path OWN = Path.of("/proc/self/stat");
    private static final double TICKS_PER_SECOND = 100;
    private static final int FIRST_OWN = 11;

    private final long start = System.nanoTime();
    private final long others = others();

    private MachineLoad() {}

    /** Begins to watch. */
    static MachineLoad watch() {
        return new MachineLoad();
    }

    /** Processors that others took since, 1 being one whole processor. Ended children count as this process. */
    double share() {
        double seconds = (System.nanoTime() - start) / 1e9;
        return Math.max(0, (others() - others) / TICKS_PER_SECOND / seconds);
    }

    /** Waits until others have been quiet for a second; false if they were not within this many seconds. */
    static boolean awaitQuiet(int seconds) {
        for (int i = 0; i < seconds; i++) {
            MachineLoad load = watch();
            sleep();
            if (load.share() < QUIET_BEFORE) {
                return true;
            }
        }
        return false;
    }

    private static void sleep() {
        try {
            Thread.sleep(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a quiet machine", e);
        }
    }

    /* user, nice, system, irq, softirq, steal of all; utime, stime, cutime, cstime of this process */
    private static long others() {
        if (!Files.isReadable(ALL) || !Files.isReadable(OWN)) {
            return 0;
        }
        try {
            String[] all =
                    Files.readString(ALL).lines().findFirst().orElseThrow().split(" +");
            String stat = Files.readString(OWN);
            String[] own = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return sum(all, 1, 4) + sum(all, 6, 9) - sum(own, FIRST_OWN, FIRST_OWN + 4);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long sum(String[] fields, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += Long.parseLong(fields[i]);
        }
        return sum;
    }
}

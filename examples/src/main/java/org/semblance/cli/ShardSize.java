package org.semblance.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How many samples of a set lie in one file. */
final class ShardSize {
    private static final int MOST = 100_000;
    private static final int USUAL = 1000;
    /** Levels of a shard where nothing is asked for. */
    private static final long USUAL_LEVELS = 1L << 26;
    /** Levels that training holds at a time. */
    private static final long MOST_LEVELS = 1L << 29;
    /** Bytes of heap for a level: pictures are there as bytes and as floats. */
    private static final long HEAP = 8;

    @Option(
            names = "--shard",
            paramLabel = "N",
            description = "Samples of a shard, 1 to 100000, of at most 512 MiB as 8-bit pixels (default: 1000, or what"
                    + " takes 64 MiB).")
    private @Nullable Integer given;

    /**
     * Samples of a shard.
     *
     * @param side pixels per side
     * @param block samples that lie together, at least 1
     * @param heap bytes that there are at most
     * @throws RefusedSettings if they are too many
     */
    int of(int side, int block, long heap) {
        long levels = 3L * side * side;
        int size = given != null ? given : usual(levels, block);
        if (size < 1 || size > MOST) {
            throw refused("--shard must be 1 to " + MOST + ", got " + size);
        }
        if (size % block != 0) {
            throw refused("--shard must be a multiple of " + block + ", got " + size);
        }
        if (size * levels > MOST_LEVELS) {
            throw refused(
                    "--shard must be at most " + MOST_LEVELS / levels + " at " + side + "x" + side + ", got " + size);
        }
        if (size * levels > heap / HEAP) {
            throw refused("--shard must be at most " + heap / HEAP / levels + " at " + side + "x" + side
                    + " in a heap of " + (heap >> 20) + " MiB (-Xmx sets it), got " + size
                    + (given == null ? ", its default" : ""));
        }
        return size;
    }

    /** The same whatever the heap. */
    private static int usual(long levels, int block) {
        long size = Math.min(USUAL, Math.max(1, USUAL_LEVELS / levels));
        return (int) Math.max(block, size / block * block);
    }

    private static RefusedSettings refused(String message) {
        return new RefusedSettings(message);
    }
}

package org.semblance.training;

import java.util.SplittableRandom;

/** Random choices as functions of a seed and a number, so that position alone determines what comes next. */
final class Numbers {
    private static final int ROUNDS = 6;

    private Numbers() {}

    /** A well-mixed number from three. */
    static long mixed(long seed, long stream, long number) {
        return mix(mix(mix(seed) + 0x9E3779B97F4A7C15L * (stream + 1)) + 0xD1B54A32D192ED03L * (number + 1));
    }

    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }

    /** Standard normal numbers of one sample, written to {@code to[at ... at + count - 1]}. */
    static void normal(long seed, long stream, long number, float[] to, int at, int count) {
        SplittableRandom random = new SplittableRandom(mixed(seed, stream, number));
        for (int i = 0; i < count; i++) {
            double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
            to[at + i] = (float) (radius * StrictMath.cos(2 * Math.PI * random.nextDouble()));
        }
    }

    /**
     * The item at a place of an endless sequence that runs through all items again and again, in another order each
     * time: a Feistel network over the next power of four, walked until it hits an item.
     *
     * @param count of items, at least 1
     */
    static long shuffled(long seed, long number, long count) {
        long pass = number / count;
        int half = Math.max(1, (65 - Long.numberOfLeadingZeros(count - 1)) / 2);
        long mask = (1L << half) - 1;
        long x = number % count;
        do {
            long left = x >>> half;
            long right = x & mask;
            for (int round = 0; round < ROUNDS; round++) {
                long next = left ^ (mixed(seed, pass * ROUNDS + round, right) & mask);
                left = right;
                right = next;
            }
            x = left << half | right;
        } while (x >= count);
        return x;
    }
}

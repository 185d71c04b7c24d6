package org.semblance.heads;

/**
 * Counter-based random numbers: the k-th number of a stream of a seed, with no state. All arithmetic wraps at 64 bits.
 * The mixer is the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
 */
final class SplitMix {
    static final int IDENTITY = 1;
    static final int ATTRIBUTE = 2;

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private SplitMix() {}

    /** Number {@code counter} of the stream, in [0, 1) with 24 bits, so exact in float32. */
    static float uniform(long seed, int stream, int counter) {
        long base = mix(seed + GOLDEN * (stream + 1));
        return (mix(base + GOLDEN * (counter + 1)) >>> 40) * 0x1p-24f;
    }

    private static long mix(long seed) {
        long z = (seed ^ (seed >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}

package org.semblance.networks.stylegan2;

/**
 * Independent normal numbers by position: the k-th depends on the stream's key and k alone, so that any device can make
 * any of them. SplitMix64's mixing function over a counter gives 64 bits per pair, Box and Muller's transform the pair.
 * Backends that compute them elsewhere give the same numbers up to the rounding of log, sin and cos in float64.
 *
 * @param key tells streams apart
 */
record NormalNumbers(long key) {
    private static final long STEP = 0x9E3779B97F4A7C15L;
    private static final double UNIT = 0x1p-32;

    /** The stream of a layer's noise for one sample. */
    static NormalNumbers of(long seed, int layer, int sample) {
        return new NormalNumbers(mix(mix(seed * STEP + layer) + sample * STEP));
    }

    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }

    /** Writes the first numbers to {@code to[start..start + count - 1]}. */
    void fill(float[] to, int start, int count) {
        for (int k = 0; k < count; k += 2) {
            long bits = mix(key + (k / 2 + 1) * STEP);
            double radius = Math.sqrt(-2 * Math.log(((bits >>> 32) + 0.5) * UNIT));
            double angle = 2 * Math.PI * ((bits & 0xFFFFFFFFL) * UNIT);
            to[start + k] = (float) (radius * Math.cos(angle));
            if (k + 1 < count) {
                to[start + k + 1] = (float) (radius * Math.sin(angle));
            }
        }
    }
}

package org.semblance;

/**
 * The normal numbers of {@code numpy.random.RandomState(seed).randn}: Mersenne Twister MT19937 and the polar method, so
 * that a seed gives the picture that StyleGAN's own scripts give for it.
 */
final class NumpySeeds {
    private static final int N = 624;
    private static final int M = 397;

    private final int[] state = new int[N];
    private int next = N;
    private double spare;
    private boolean hasSpare;

    /** @param seed 0 to 2^32 - 1 */
    NumpySeeds(long seed) {
        if (seed < 0 || seed > 0xFFFFFFFFL) {
            throw new IllegalArgumentException("seed: must be in 0 ... 2^32 - 1, got " + seed);
        }
        state[0] = (int) seed;
        for (int i = 1; i < N; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
    }

    /** The first normal numbers of a seed, rounded to float. */
    static float[] normal(long seed, int count) {
        NumpySeeds random = new NumpySeeds(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.gaussian();
        }
        return values;
    }

    private double gaussian() {
        if (hasSpare) {
            hasSpare = false;
            return spare;
        }
        while (true) {
            double x = 2 * uniform() - 1;
            double y = 2 * uniform() - 1;
            double r = x * x + y * y;
            if (r < 1 && r != 0) {
                double f = Math.sqrt(-2 * Math.log(r) / r);
                spare = f * x;
                hasSpare = true;
                return f * y;
            }
        }
    }

    /** 53 random bits in [0, 1). */
    private double uniform() {
        long high = word() >>> 5;
        long low = word() >>> 6;
        return (high * 67108864.0 + low) / 9007199254740992.0;
    }

    private long word() {
        if (next == N) {
            twist();
        }
        int y = state[next++];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        y ^= y >>> 18;
        return y & 0xFFFFFFFFL;
    }

    private void twist() {
        for (int i = 0; i < N; i++) {
            int y = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7fffffff);
            state[i] = state[(i + M) % N] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
        }
        next = 0;
    }
}

package org.semblance;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.semblance.array.HostArray;
import org.semblance.metrics.PairSource;
import org.semblance.metrics.Pairs;

/**
 * Pairs of a generator's own pictures: pair i of n is of the seeds {@code 2 n seed + i} and {@code 2 n seed + n + i} of
 * 32 bits; in tests during training of those in a block at their end, so that no checkpoint is chosen by pictures that
 * an evaluation takes.
 */
final class GeneratedPairs implements PairSource {
    private static final long TESTS = 0xF000_0000L;
    private static final long END = 1L << 32;

    private final Generator generator;
    private final int count;
    private final long seed;
    private final long from;

    private GeneratedPairs(Generator generator, int count, long seed, long from) {
        this.generator = generator;
        this.count = count;
        this.seed = seed;
        this.from = from;
    }

    /** Pairs of an evaluation. */
    GeneratedPairs(Generator generator, int count, long seed) {
        this(generator, count, seed, 0);
    }

    /** Pairs of tests during training. */
    static GeneratedPairs ofTests(Generator generator, int count, long seed) {
        return new GeneratedPairs(generator, count, seed, TESTS);
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public String description() {
        return count + " pairs of generated pictures at " + generator.resolution() + "x" + generator.resolution()
                + ", psi 1, seed " + seed;
    }

    @Override
    public Pairs draw(int first, int some) {
        HostArray identities = codes(first, some);
        HostArray attributes = codes(count + first, some);
        return new Pairs(
                generator.synthesise(identities),
                generator.synthesise(attributes),
                IntStream.range(first, first + some).toArray(),
                IntStream.range(count + first, count + first + some).toArray(),
                null,
                new Pairs.Codes(identities, attributes));
    }

    private HostArray codes(int first, int some) {
        return generator.map(generator.z(seeds(first, some)));
    }

    /** Seeds of pictures by their numbers. */
    long[] seeds(int first, int some) {
        return LongStream.range(first, first + some)
                .map(i -> from + Math.floorMod(2L * count * seed + i, END - from))
                .toArray();
    }
}

package org.semblance;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.semblance.array.HostArray;
import org.semblance.metrics.PairSource;
import org.semblance.metrics.Pairs;

/** Pairs of a generator's own pictures, of seeds {@code 2 n seed + i} and {@code 2 n seed + n + i}. */
final class GeneratedPairs implements PairSource {
    private final Generator generator;
    private final int count;
    private final long seed;

    GeneratedPairs(Generator generator, int count, long seed) {
        this.generator = generator;
        this.count = count;
        this.seed = seed;
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
        long[] seeds = LongStream.range(first, first + some)
                .map(i -> (2L * count * seed + i) & 0xFFFFFFFFL)
                .toArray();
        return generator.map(generator.z(seeds));
    }
}

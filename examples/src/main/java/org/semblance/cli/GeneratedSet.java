package org.semblance.cli;

import java.util.Map;
import java.util.stream.LongStream;
import org.semblance.Generator;
import org.semblance.array.HostArray;
import org.semblance.image.Image;
import org.semblance.training.SampleSetWriter;
import org.semblance.training.Samples;

/**
 * Samples of a generator with their style codes. Sample k of a set of n is of the z seed
 * {@code 0x80000000 + (n seed + k) mod 0x70000000}: none that an evaluation takes unless it is told to, nor a test
 * during training.
 *
 * @param count samples of the set
 */
record GeneratedSet(Generator generator, long seed, long count, float psi) implements SampleSetWriter.Maker {
    private static final long FIRST = 0x8000_0000L;
    private static final long MANY = 0x7000_0000L;

    @Override
    public SampleSetWriter.Batch make(long first, int some) {
        HostArray w = generator.map(generator.z(seeds(first, some)), psi);
        return new SampleSetWriter.Batch(Samples.pictures(Image.stack(generator.synthesise(w)), w), Map.of());
    }

    private long[] seeds(long first, int some) {
        return LongStream.range(first, first + some).map(this::zSeed).toArray();
    }

    /** Seed of the random code of a sample. */
    long zSeed(long sample) {
        return FIRST + (seed * count + sample) % MANY;
    }
}

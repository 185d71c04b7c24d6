package org.semblance.training;

import org.semblance.array.HostArray;

/**
 * Random codes without end; the generator makes pictures of them on the device.
 *
 * @param seed of the run
 * @param zDim length of a code
 */
record GeneratorSamples(long seed, int zDim) implements SampleSource {
    private static final long STREAM = 1;

    @Override
    public Samples draw(long first, int count) {
        return Samples.codes(codes(seed, STREAM, zDim, first, count));
    }

    /** Standard normal codes by number. */
    static HostArray codes(long seed, long stream, int size, long first, int count) {
        float[] z = new float[count * size];
        for (int i = 0; i < count; i++) {
            Numbers.normal(seed, stream, first + i, z, i * size, size);
        }
        return HostArray.of(z, count, size);
    }

    @Override
    public String description() {
        return "generator, z of " + zDim + ", seed " + seed;
    }

    @Override
    public void close() {}
}

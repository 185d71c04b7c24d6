package org.semblance.training;

import org.semblance.array.HostArray;

/**
 * Random codes without end; the generator makes pictures of them on the device.
 *
 * @param seed of the run
 * @param zDim length of a code
 * @param distinct how many different ones there are, 0 for no limit
 */
record GeneratorSamples(long seed, int zDim, long distinct) implements SampleSource {
    private static final long STREAM = 1;

    @Override
    public Samples draw(long first, int count) {
        float[] z = new float[count * zDim];
        for (int i = 0; i < count; i++) {
            long number = distinct == 0 ? first + i : Numbers.shuffled(seed, first + i, distinct);
            Numbers.normal(seed, STREAM, number, z, i * zDim, zDim);
        }
        return Samples.codes(HostArray.of(z, count, zDim));
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
    public boolean hasCodes() {
        return true;
    }

    @Override
    public String description() {
        return "generator, " + (distinct == 0 ? "" : distinct + " ") + "codes of " + zDim + ", seed " + seed;
    }

    @Override
    public void close() {}
}

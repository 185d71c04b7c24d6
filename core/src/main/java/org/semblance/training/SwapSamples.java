package org.semblance.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;

/**
 * Swaps whose result is known, from a set that was made as a grid: in blocks of {@code grid * grid} samples, sample
 * {@code i * grid + a} shows identity i with attributes a. The result is any sample; the identity picture is another of
 * its identity, the attribute picture another with its attributes. Or the result is one of the rare samples, those of
 * another class than the most frequent one.
 */
final class SwapSamples implements SampleSource {
    private static final long WHO = 4;
    private static final long HOW = 5;
    private static final long RARE = 6;

    private final SetSamples samples;
    private final long seed;
    private final int resolution;
    private final int grid;
    private final @Nullable RareSamples rare;

    /** @param distinct how many of the first samples are used as results, 0 for all */
    SwapSamples(SetShards shards, long seed, int resolution, long distinct) throws IOException {
        this(shards, seed, resolution, distinct, false);
    }

    /**
     * @param rare whether results are rare samples alone, whose classes are {@code attribute_classes} of the set's
     *     truth; each shard then gives as many as without
     */
    SwapSamples(SetShards shards, long seed, int resolution, long distinct, boolean rare) throws IOException {
        grid = shards.set().grid();
        if (grid < 2) {
            throw new IOException("known swaps: a set made with --grid of at least 2 is needed, got grid " + grid + " ["
                    + shards.folder() + "]");
        }
        samples = new SetSamples(shards, seed, resolution, 0, distinct);
        this.seed = seed;
        this.resolution = resolution;
        this.rare = rare ? RareSamples.read(shards, distinct) : null;
    }

    /** The results. */
    SetSamples samples() {
        return samples;
    }

    @Override
    public Samples draw(long first, int rows) throws IOException {
        int pixels = 3 * resolution * resolution;
        float[] identities = new float[rows * pixels];
        float[] attributes = new float[rows * pixels];
        float[] results = new float[rows * pixels];
        List<Long> whose = new ArrayList<>();
        List<Long> which = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            SetSamples.Place place = result(first + row);
            int within = place.row() % (grid * grid);
            int block = place.row() - within;
            int i = within / grid;
            int a = within % grid;
            int at = row * pixels;
            int who = block + i * grid + other(WHO, first + row, a);
            int how = block + other(HOW, first + row, i) * grid + a;
            samples.copyPixels(place.shard(), who, identities, at);
            samples.copyPixels(place.shard(), how, attributes, at);
            whose.add(place.number() - place.row() + who);
            which.add(place.number() - place.row() + how);
            samples.copyPixels(place.shard(), place.row(), results, at);
        }
        return Samples.swaps(pictures(identities, rows), pictures(attributes, rows), pictures(results, rows))
                .numbered(whose, which);
    }

    private SetSamples.Place result(long number) throws IOException {
        SetSamples.Place any = samples.place(number);
        if (rare == null) {
            return any;
        }
        int row = rare.row(any.shard(), Numbers.mixed(seed, RARE, number));
        return new SetSamples.Place(any.shard(), row, any.number() - any.row() + row);
    }

    /** One of the grid's numbers but this one. */
    private int other(long stream, long number, int than) {
        long step = 1 + Math.floorMod(Numbers.mixed(seed, stream, number), (long) grid - 1);
        return (int) ((than + step) % grid);
    }

    private HostArray pictures(float[] values, int rows) {
        return HostArray.of(values, rows, 3, resolution, resolution);
    }

    @Override
    public Optional<PictureSet> pictures() {
        return samples.pictures();
    }

    @Override
    public String description() {
        return (rare == null ? "known swaps of " : "known swaps of " + rare.description() + " of ")
                + samples.description();
    }

    @Override
    public void close() {
        samples.close();
    }
}

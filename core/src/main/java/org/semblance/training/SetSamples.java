package org.semblance.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.weights.Safetensors;
import org.semblance.weights.Sha256;
import org.semblance.weights.Weights;

/**
 * A set of samples on disk, shuffled. Where it is larger than its share of memory, neighbouring shards are shuffled
 * together and one such group is held at a time.
 */
final class SetSamples implements SampleSource {
    private static final long ROOM = 2L << 30;

    private final Path folder;
    private final SampleSet set;
    private final long seed;
    private final List<Group> groups = new ArrayList<>();
    private final long count;
    private final Map<SampleSet.Shard, Loaded> loaded = new LinkedHashMap<>();
    private int loadedGroup = -1;

    /** Shards that are in memory together. @param first number of its first sample in the set */
    private record Group(long first, long count, List<SampleSet.Shard> shards) {}

    /** A sample in a shard. @param number in the set */
    record Place(SampleSet.Shard shard, int row, long number) {}

    /** A shard in memory. */
    private record Loaded(byte[] levels, float @Nullable [] codes) {}

    /** @param distinct how many of the first samples are used, 0 for all */
    SetSamples(Path folder, long seed, int resolution, int wDim, long distinct) throws IOException {
        this.folder = folder;
        this.seed = seed;
        set = SampleSet.read(folder);
        if (set.resolution() != resolution || (set.wDim() != 0 && set.wDim() != wDim)) {
            throw new IOException("sample set: it must be of " + resolution + " pixels and codes of " + wDim
                    + " (or none), got " + set.resolution() + " and " + set.wDim() + " [" + folder + "]");
        }
        count = distinct == 0 ? set.count() : Math.min(distinct, set.count());
        long bytes = Math.min(ROOM, Runtime.getRuntime().maxMemory() / 4);
        group(Math.max(1, bytes / (3L * resolution * resolution + 4L * set.wDim())));
    }

    private void group(long most) throws IOException {
        List<SampleSet.Shard> shards = new ArrayList<>();
        long first = 0;
        long held = 0;
        for (SampleSet.Shard shard : set.shards()) {
            if (first + held >= count) {
                break;
            }
            if (held > 0 && held + shard.count() > most) {
                groups.add(new Group(first, held, List.copyOf(shards)));
                first += held;
                held = 0;
                shards.clear();
            }
            shards.add(shard);
            held += shard.count();
        }
        if (held > 0) {
            groups.add(new Group(first, Math.min(held, count - first), List.copyOf(shards)));
        }
        if (groups.isEmpty()) {
            throw new IOException("sample set: it must hold at least one sample [" + folder + "]");
        }
    }

    @Override
    public Samples draw(long first, int rows) throws IOException {
        int pixels = 3 * set.resolution() * set.resolution();
        float[] images = new float[rows * pixels];
        float[] codes = new float[rows * set.wDim()];
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            Place place = place(first + i);
            copyPixels(place.shard(), place.row(), images, i * pixels);
            copyCode(place, codes, i * set.wDim());
            numbers.add(place.number());
        }
        HostArray pictures = HostArray.of(images, rows, 3, set.resolution(), set.resolution());
        return Samples.pictures(pictures, set.wDim() == 0 ? null : HostArray.of(codes, rows, set.wDim()))
                .numbered(numbers, List.of());
    }

    /** The place of sample number n, which is in memory until another is asked for. */
    Place place(long number) throws IOException {
        long pass = number / count;
        long within = number % count;
        int g = 0;
        while (within >= groups.get(g).first() + groups.get(g).count()) {
            g++;
        }
        Group group = groups.get(g);
        load(g, group);
        long sample = Numbers.shuffled(seed + g, pass * group.count() + within - group.first(), group.count());
        long inSet = group.first() + sample;
        for (SampleSet.Shard shard : group.shards()) {
            if (sample < shard.count()) {
                return new Place(shard, (int) sample, inSet);
            }
            sample -= shard.count();
        }
        throw new IllegalStateException("sample set: no sample " + number);
    }

    /** Copies a picture of a shard that is in memory, values in [-1, 1]. */
    void copyPixels(SampleSet.Shard shard, int row, float[] images, int at) {
        byte[] levels = data(shard).levels();
        int pixels = 3 * set.resolution() * set.resolution();
        for (int k = 0; k < pixels; k++) {
            images[at + k] = (levels[row * pixels + k] & 0xFF) / 127.5f - 1;
        }
    }

    private void copyCode(Place place, float[] codes, int at) {
        float[] known = data(place.shard()).codes();
        if (known != null) {
            System.arraycopy(known, place.row() * set.wDim(), codes, at, set.wDim());
        }
    }

    private Loaded data(SampleSet.Shard shard) {
        Loaded data = loaded.get(shard);
        if (data == null) {
            throw new IllegalStateException("sample set: " + shard.images() + " is not in memory");
        }
        return data;
    }

    private void load(int index, Group group) throws IOException {
        if (loadedGroup == index) {
            return;
        }
        loaded.clear();
        for (SampleSet.Shard shard : group.shards()) {
            int r = set.resolution();
            float[] values = read(shard.images(), shard.imagesSha256(), "images", shard.count(), 3, r, r);
            float[] codes = set.wDim() == 0 ? null : codes(shard);
            loaded.put(shard, new Loaded(PixelCache.levels(values, 0, values.length), codes));
        }
        loadedGroup = index;
    }

    private float[] codes(SampleSet.Shard shard) throws IOException {
        String file = shard.codes();
        String sha256 = shard.codesSha256();
        if (file == null || sha256 == null) {
            throw new IOException("sample set: every shard must have codes where w_dim is " + set.wDim() + ", got none"
                    + " for " + shard.images() + " [" + folder + "]");
        }
        return read(file, sha256, "w", shard.count(), set.wDim());
    }

    private float[] read(String file, String sha256, String tensor, int... shape) throws IOException {
        Path path = folder.resolve(file);
        String got = Sha256.of(path);
        if (!got.equals(sha256)) {
            throw new IOException("sample set: " + file + " must have SHA-256 " + sha256 + ", got " + got);
        }
        try (Weights weights = Safetensors.open(path)) {
            return new HostParameters(file, Map.of(tensor, weights.get(tensor)))
                    .take(tensor, Shape.of(shape))
                    .data();
        } catch (IllegalArgumentException e) {
            throw new IOException("sample set: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<PictureSet> pictures() {
        return Optional.of(new PictureSet("set " + folder.toAbsolutePath().normalize(), set.count()));
    }

    @Override
    public boolean hasCodes() {
        return set.wDim() > 0;
    }

    @Override
    public String description() {
        return "set (" + set.description() + "), " + count + " samples, seed " + seed;
    }

    @Override
    public void close() {
        loaded.clear();
        loadedGroup = -1;
    }
}

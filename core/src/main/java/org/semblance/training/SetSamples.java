package org.semblance.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.semblance.array.HostArray;

/**
 * A set of samples on disk, shuffled. Neighbouring shards whose samples take at most 512 MiB are shuffled together, and
 * one such group is held at a time. The groups follow from the set alone, as the order of samples follows from them.
 */
final class SetSamples implements SampleSource {
    /** Bytes of a group, unless a single shard has more. */
    private static final long ROOM = 512L << 20;

    private final SetShards shards;
    private final SampleSet set;
    private final long seed;
    private final List<Group> groups;
    private final long count;
    private final Map<SampleSet.Shard, SetShards.Held> loaded = new LinkedHashMap<>();
    private int loadedGroup = -1;

    /** Shards that are in memory together. @param first number of its first sample in the set */
    record Group(long first, long count, List<SampleSet.Shard> shards) {}

    /** A sample in a shard. @param number in the set */
    record Place(SampleSet.Shard shard, int row, long number) {}

    /** @param distinct how many of the first samples are used, 0 for all */
    SetSamples(SetShards shards, long seed, int resolution, int wDim, long distinct) throws IOException {
        this.shards = shards;
        this.seed = seed;
        set = shards.set();
        if (set.resolution() != resolution || (set.wDim() != 0 && set.wDim() != wDim)) {
            throw new IOException("sample set: it must be of " + resolution + " pixels and codes of " + wDim
                    + " (or none), got " + set.resolution() + " and " + set.wDim() + in());
        }
        count = distinct == 0 ? set.count() : Math.min(distinct, set.count());
        groups = groups(set, count);
        if (groups.isEmpty()) {
            throw new IOException("sample set: it must hold at least one sample" + in());
        }
    }

    private String in() {
        return " [" + shards.folder() + "]";
    }

    private static long sampleBytes(SampleSet set) {
        return 3L * set.resolution() * set.resolution() + 4L * set.wDim();
    }

    /** The groups of the first samples of a set. */
    static List<Group> groups(SampleSet set, long count) {
        long most = ROOM / sampleBytes(set);
        List<Group> groups = new ArrayList<>();
        List<SampleSet.Shard> together = new ArrayList<>();
        long first = 0;
        long held = 0;
        for (SampleSet.Shard shard : set.shards()) {
            if (first + held >= count) {
                break;
            }
            if (held > 0 && held + shard.count() > most) {
                groups.add(new Group(first, held, List.copyOf(together)));
                first += held;
                held = 0;
                together.clear();
            }
            together.add(shard);
            held += shard.count();
        }
        if (held > 0) {
            groups.add(new Group(first, Math.min(held, count - first), List.copyOf(together)));
        }
        return groups;
    }

    /** Bytes of the largest group. */
    private long largestGroup() {
        return groups.stream()
                        .mapToLong(group -> group.shards().stream()
                                .mapToLong(SampleSet.Shard::count)
                                .sum())
                        .max()
                        .orElse(0)
                * sampleBytes(set);
    }

    /**
     * Bytes that sources which share a set hold at the most: a group of its own each, and the numbers of a shard
     * while it is read.
     */
    static long held(SetShards shards, List<SetSamples> sources) {
        SampleSet set = shards.set();
        long groups = sources.stream().mapToLong(SetSamples::largestGroup).sum();
        long read =
                set.shards().stream().mapToLong(SampleSet.Shard::count).max().orElse(0);
        return Math.min(groups, set.count() * sampleBytes(set)) + read * 12 * set.resolution() * set.resolution();
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

    private SetShards.Held data(SampleSet.Shard shard) {
        SetShards.Held data = loaded.get(shard);
        if (data == null) {
            throw new IllegalStateException("sample set: " + shard.images() + " is not in memory");
        }
        return data;
    }

    private void load(int index, Group group) throws IOException {
        if (loadedGroup == index) {
            return;
        }
        close();
        for (SampleSet.Shard shard : group.shards()) {
            loaded.put(shard, shards.get(shard));
        }
        loadedGroup = index;
    }

    @Override
    public Optional<PictureSet> pictures() {
        return Optional.of(
                new PictureSet("set " + shards.folder().toAbsolutePath().normalize(), set.count()));
    }

    @Override
    public boolean hasCodes() {
        return set.wDim() > 0;
    }

    @Override
    public String description() {
        return "set (" + set.description() + ", contents " + set.digest() + "), " + count + " samples shuffled in "
                + groups.size() + (groups.size() == 1 ? " group" : " groups") + ", seed " + seed;
    }

    @Override
    public void close() {
        loaded.clear();
        loadedGroup = -1;
    }
}

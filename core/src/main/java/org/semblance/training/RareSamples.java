package org.semblance.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.semblance.array.HostArray;
import org.semblance.weights.Safetensors;
import org.semblance.weights.Weights;

/** The samples of a set that are of another class than its most frequent one, such as heads that wear glasses. */
final class RareSamples {
    private static final String CLASSES = "attribute_classes";

    private final Map<SampleSet.Shard, int[]> rows;
    private final String description;

    private RareSamples(Map<SampleSet.Shard, int[]> rows, String description) {
        this.rows = rows;
        this.description = description;
    }

    /**
     * Reads the classes of a set, the first column of {@code attribute_classes} in its files of truths.
     *
     * @param distinct how many of the first samples count, 0 for all
     * @throws IOException if the set says no classes, or one of its shards has no rare sample
     */
    static RareSamples read(SetShards shards, long distinct) throws IOException {
        Path folder = shards.folder();
        Map<SampleSet.Shard, int[]> classes = new LinkedHashMap<>();
        long left = distinct == 0 ? Long.MAX_VALUE : distinct;
        for (SampleSet.Shard shard : shards.set().shards()) {
            if (left > 0) {
                int[] all = classes(folder, shard);
                classes.put(shard, Arrays.copyOf(all, (int) Math.min(left, all.length)));
                left -= Math.min(left, all.length);
            }
        }
        int frequent = frequent(classes.values());
        Map<SampleSet.Shard, int[]> rows = new HashMap<>();
        for (Map.Entry<SampleSet.Shard, int[]> e : classes.entrySet()) {
            int[] of = e.getValue();
            int[] rare =
                    IntStream.range(0, of.length).filter(i -> of[i] != frequent).toArray();
            if (rare.length == 0) {
                throw new IOException("rare samples: every shard must have one, got none in "
                        + e.getKey().images() + " [" + folder + "]");
            }
            rows.put(e.getKey(), rare);
        }
        int hash = 1;
        for (int[] of : classes.values()) {
            hash = 31 * hash + Arrays.hashCode(of);
        }
        return new RareSamples(rows, String.format(Locale.ROOT, "rare classes (%08x)", hash));
    }

    private static int frequent(Collection<int[]> classes) {
        Map<Integer, Long> counts = classes.stream()
                .flatMapToInt(IntStream::of)
                .boxed()
                .collect(Collectors.groupingBy(c -> c, TreeMap::new, Collectors.counting()));
        return Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
    }

    private static int[] classes(Path folder, SampleSet.Shard shard) throws IOException {
        if (!Files.exists(folder.resolve(shard.truth()))) {
            throw new IOException(
                    "rare samples: the set must say " + CLASSES + ", got no " + shard.truth() + " [" + folder + "]");
        }
        Path file = shard.truthIn(folder);
        try (Weights weights = Safetensors.open(file)) {
            if (!weights.contains(CLASSES)) {
                throw new IOException(
                        "rare samples: the set must say " + CLASSES + ", got " + weights.names() + " [" + file + "]");
            }
            HostArray all = weights.get(CLASSES);
            if (all.shape().dim(0) != shard.count() || all.data().length == 0) {
                throw new IOException("rare samples: " + CLASSES + " must have " + shard.count()
                        + " rows and a column, got " + all.shape() + " [" + file + "]");
            }
            int columns = all.data().length / shard.count();
            return IntStream.range(0, shard.count())
                    .map(i -> (int) all.data()[i * columns])
                    .toArray();
        }
    }

    /** Which classes the set says, in few letters. */
    String description() {
        return description;
    }

    /** One of a shard's, for a random number. */
    int row(SampleSet.Shard shard, long random) {
        int[] found = rows.get(shard);
        if (found == null) {
            throw new IllegalStateException(
                    "rare samples: the shard must be one of " + rows.keySet() + ", got " + shard);
        }
        return found[Math.floorMod(random, found.length)];
    }
}

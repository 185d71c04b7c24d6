package org.semblance.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.semblance.weights.Safetensors;
import org.semblance.weights.Weights;

/** The samples of a set that are of another class than its most frequent one, such as heads that wear glasses. */
final class RareSamples {
    private static final String CLASSES = "attribute_classes";

    private final Path folder;
    private final Map<SampleSet.Shard, int[]> rows;

    private RareSamples(Path folder, Map<SampleSet.Shard, int[]> rows) {
        this.folder = folder;
        this.rows = rows;
    }

    /**
     * Reads the classes of a set, the first column of {@code attribute_classes} in its files of truths.
     *
     * @param distinct how many of the first samples count, 0 for all
     * @throws IOException if the set says no classes
     */
    static RareSamples read(Path folder, long distinct) throws IOException {
        List<SampleSet.Shard> shards = SampleSet.read(folder).shards();
        Map<SampleSet.Shard, int[]> classes = new HashMap<>();
        long left = distinct == 0 ? Long.MAX_VALUE : distinct;
        for (SampleSet.Shard shard : shards) {
            classes.put(shard, classes(folder, shard, (int) Math.min(left, shard.count())));
            left -= Math.min(left, shard.count());
        }
        Map<Integer, Long> counts = classes.values().stream()
                .flatMapToInt(IntStream::of)
                .boxed()
                .collect(Collectors.groupingBy(c -> c, Collectors.counting()));
        int frequent =
                Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
        classes.replaceAll((shard, of) ->
                IntStream.range(0, of.length).filter(i -> of[i] != frequent).toArray());
        return new RareSamples(folder, classes);
    }

    private static int[] classes(Path folder, SampleSet.Shard shard, int count) throws IOException {
        Path file = folder.resolve(shard.images().replace("images", "truth"));
        try (Weights weights = Safetensors.open(file)) {
            if (!weights.contains(CLASSES)) {
                throw new IOException(
                        "rare samples: the set must say " + CLASSES + ", got " + weights.names() + " [" + file + "]");
            }
            float[] all = weights.get(CLASSES).data();
            int columns = all.length / shard.count();
            return IntStream.range(0, count).map(i -> (int) all[i * columns]).toArray();
        }
    }

    /** One of a shard's, for a random number. @throws IOException if it has none */
    int row(SampleSet.Shard shard, long random) throws IOException {
        int[] found = rows.getOrDefault(shard, new int[0]);
        if (found.length == 0) {
            throw new IOException(
                    "rare samples: every shard must have one, got none in " + shard.images() + " [" + folder + "]");
        }
        return found[(int) Math.floorMod(random, (long) found.length)];
    }
}

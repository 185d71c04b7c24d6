package org.semblance.training;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.weights.Safetensors;
import org.semblance.weights.Weights;

/**
 * The shards of a set on disk. A shard that several sources of a run hold is in memory once; one that nobody holds any
 * more can be collected.
 */
final class SetShards {
    private final Path folder;
    private final SampleSet set;
    private final Map<SampleSet.Shard, WeakReference<Held>> held = new HashMap<>();

    /**
     * A shard in memory.
     *
     * @param levels its pictures, planes of red, green and blue
     * @param codes its style codes, or null if the set has none
     */
    record Held(byte[] levels, float @Nullable [] codes) {}

    private SetShards(Path folder, SampleSet set) {
        this.folder = folder;
        this.set = set;
    }

    /** The set in a folder; no shard is read yet. @throws IOException if there is no index, or it is wrong */
    static SetShards open(Path folder) throws IOException {
        return new SetShards(folder, SampleSet.read(folder));
    }

    Path folder() {
        return folder;
    }

    SampleSet set() {
        return set;
    }

    /** A shard, read and checked unless somebody holds it. */
    synchronized Held get(SampleSet.Shard shard) throws IOException {
        WeakReference<Held> known = held.get(shard);
        Held there = known == null ? null : known.get();
        if (there == null) {
            there = read(shard);
            held.put(shard, new WeakReference<>(there));
        }
        return there;
    }

    private Held read(SampleSet.Shard shard) throws IOException {
        int r = set.resolution();
        float[] values = read(shard.images(), shard.imagesSha256(), "images", shard.count(), 3, r, r);
        return new Held(PixelCache.levels(values, 0, values.length), set.wDim() == 0 ? null : codes(shard));
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
        try (Weights weights = Safetensors.open(SampleSet.verified(folder, file, sha256))) {
            return new HostParameters(file, Map.of(tensor, weights.get(tensor)))
                    .take(tensor, Shape.of(shape))
                    .data();
        } catch (IllegalArgumentException e) {
            throw new IOException("sample set: " + e.getMessage(), e);
        }
    }
}

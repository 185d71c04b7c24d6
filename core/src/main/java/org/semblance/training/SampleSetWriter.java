package org.semblance.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.files.DraftFile;
import org.semblance.weights.Safetensors;
import org.semblance.weights.Sha256;

/**
 * Makes a {@link SampleSet} on disk, shard by shard. Each file is complete or not there, and the index names complete
 * shards only, so that a killed writer leaves a set that can be read and gone on with. Going on checks what is there
 * and gives the same bytes as if nothing had happened, since a shard depends on its numbers alone.
 *
 * <p>A shard may have {@code truth-NNNNN.safetensors} with whatever else is known of its samples, one row each.
 */
public final class SampleSetWriter {
    /** Makes samples by their numbers: the same whenever it is asked. */
    public interface Maker {
        /** Consecutive samples, with pictures. @throws IOException if they cannot be made */
        Batch make(long first, int count) throws IOException;
    }

    /**
     * Some samples.
     *
     * @param samples pictures {@code [N, 3, R, R]}, and their style codes {@code [N, wDim]} or none
     * @param truth what else is known, arrays of N rows by name; may be empty
     */
    public record Batch(Samples samples, Map<String, HostArray> truth) {}

    private static final String ANEW = "; remove the folder to make the set anew";

    private final Path folder;
    private final int resolution;
    private final int wDim;
    private final String description;
    private final int grid;
    private final long count;
    private final int shardSize;

    /**
     * A writer of one set.
     *
     * @param folder made if it is not there
     * @param resolution pixels per side
     * @param wDim length of the style codes, 0 for none
     * @param description how the samples are made, with everything that determines them
     * @param count samples in all, at least 1
     * @param shardSize samples of each shard but the last, at least 1; their pictures are made, and read, as one array,
     *     so {@code 3 * resolution * resolution * shardSize} must be below 2^31 - 8
     */
    public SampleSetWriter(Path folder, int resolution, int wDim, String description, long count, int shardSize) {
        this(folder, resolution, wDim, description, 0, count, shardSize);
    }

    /**
     * A writer of a set whose samples share identities and attributes.
     *
     * @param grid as {@link SampleSet#grid}; count and shardSize must be multiples of its square
     */
    public SampleSetWriter(
            Path folder, int resolution, int wDim, String description, int grid, long count, int shardSize) {
        Require.that(grid >= 0 && grid <= SampleSet.MOST_GRID, "grid", "0 to " + SampleSet.MOST_GRID, grid);
        long block = Math.max(1, (long) grid * grid);
        Require.that(count % block == 0, "count", "a multiple of grid * grid, " + block, count);
        Require.that(shardSize % block == 0, "shardSize", "a multiple of grid * grid, " + block, shardSize);
        Require.that(count >= 1, "count", "at least 1", count);
        Require.that(resolution >= 1, "resolution", "at least 1", resolution);
        long most = (Integer.MAX_VALUE - 8) / (3L * resolution * resolution);
        Require.that(
                shardSize >= 1 && shardSize <= most,
                "shardSize",
                "1 to " + most + " at " + resolution + "x" + resolution,
                shardSize);
        this.folder = folder;
        this.resolution = resolution;
        this.wDim = wDim;
        this.description = description + ", " + count + " samples in shards of " + shardSize;
        this.grid = grid;
        this.count = count;
        this.shardSize = shardSize;
    }

    /**
     * How many samples of this very set are there already.
     *
     * @throws IOException if the folder holds another set, or a shard that is not what the index says
     */
    public long present() throws IOException {
        return existing().stream().mapToLong(SampleSet.Shard::count).sum();
    }

    /**
     * Makes what is missing.
     *
     * @param progress hears how many more samples are on disk
     * @return the whole set
     * @throws IOException if a file cannot be written, or the folder holds another set
     */
    public SampleSet write(Maker maker, IntConsumer progress) throws IOException {
        Files.createDirectories(folder);
        List<SampleSet.Shard> shards = new ArrayList<>(existing());
        DraftFile.sweep(folder);
        long done = shards.stream().mapToLong(SampleSet.Shard::count).sum();
        while (done < count) {
            int size = (int) Math.min(shardSize, count - done);
            shards.add(shard(shards.size(), maker.make(done, size), size));
            index(shards).write(folder);
            done += size;
            progress.accept(size);
        }
        return index(shards);
    }

    private SampleSet index(List<SampleSet.Shard> shards) {
        return new SampleSet(resolution, wDim, description, grid, shards);
    }

    private List<SampleSet.Shard> existing() throws IOException {
        if (!Files.exists(folder.resolve(SampleSet.INDEX))) {
            return List.of();
        }
        SampleSet found = SampleSet.read(folder);
        if (!found.description().equals(description)
                || found.resolution() != resolution
                || found.wDim() != wDim
                || found.grid() != grid) {
            throw new IOException("sample set: " + folder + " holds another set: '" + found.description() + "' at "
                    + found.resolution() + " with grid " + found.grid() + ", wanted '" + description + "' at "
                    + resolution + " with grid " + grid);
        }
        for (int k = 0; k < found.shards().size(); k++) {
            verify(found.shards().get(k), k);
        }
        return found.shards();
    }

    private void verify(SampleSet.Shard shard, int number) throws IOException {
        Require.that(
                shard.count() == Math.min(shardSize, count - (long) number * shardSize),
                "shards",
                "of " + shardSize,
                shard.count());
        try {
            SampleSet.verified(folder, shard.images(), shard.imagesSha256());
            if (shard.codes() != null && shard.codesSha256() != null) {
                SampleSet.verified(folder, shard.codes(), shard.codesSha256());
            }
            if (shard.truthSha256() != null) {
                SampleSet.verified(folder, shard.truth(), shard.truthSha256());
            }
        } catch (IOException e) {
            throw new IOException(e.getMessage() + ANEW, e);
        }
    }

    /** What a killed writer left behind. */
    private SampleSet.Shard shard(int number, Batch batch, int size) throws IOException {
        HostArray images = batch.samples.images();
        if (images == null || images.shape().dim(0) != size || images.shape().dim(3) != resolution) {
            throw new IllegalArgumentException("sample set: pictures [" + size + ", 3, " + resolution + ", "
                    + resolution + "] are needed, got " + (images == null ? "none" : images.shape()));
        }
        String truth = batch.truth.isEmpty() ? null : written("truth", number, batch.truth, DType.F32);
        HostArray w = codes(batch.samples.w());
        String codes = w == null ? null : written("codes", number, Map.of("w", w), DType.F32);
        String pictures = written("images", number, Map.of("images", images), DType.F16);
        return new SampleSet.Shard(
                size, name("images", number), pictures, w == null ? null : name("codes", number), codes, truth);
    }

    /** Writes a file of a shard and gives its SHA-256. */
    private String written(String what, int number, Map<String, HostArray> arrays, DType dtype) throws IOException {
        Path file = folder.resolve(name(what, number));
        Safetensors.write(file, arrays, dtype, Map.of());
        return Sha256.of(file);
    }

    private @Nullable HostArray codes(@Nullable HostArray w) {
        if ((w == null) != (wDim == 0)) {
            throw new IllegalArgumentException(
                    "sample set: style codes of " + wDim + " are needed, got " + (w == null ? "none" : w.shape()));
        }
        return w;
    }

    private static String name(String what, int number) {
        return String.format(Locale.ROOT, "%s-%05d.safetensors", what, number);
    }
}

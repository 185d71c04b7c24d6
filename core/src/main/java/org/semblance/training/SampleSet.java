package org.semblance.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.files.DraftFile;
import org.semblance.json.Json;
import org.semblance.weights.Sha256;

/**
 * The index of a set of samples on disk, {@code index.json} in a folder with the files it names.
 *
 * <pre>{@code
 * {"schema": 1, "resolution": 64, "w_dim": 512, "description": "generator heads64 78f4..., psi 1.0, seed 7",
 *  "shards": [{"count": 1000, "images": "images-00000.safetensors", "images_sha256": "...",
 *              "codes": "codes-00000.safetensors", "codes_sha256": "...", "truth_sha256": "..."}]}
 * }</pre>
 *
 * <p>A file of images holds the tensor {@code images}, F16 {@code [count, 3, R, R]} in [-1, 1], 8-bit levels as
 * {@code level / 127.5 - 1}. A file of codes holds {@code w}, F32 {@code [count, wDim]}, the code that made each image.
 * A file of truths, {@code truth-00000.safetensors} beside {@code images-00000.safetensors}, holds whatever else is
 * known; {@code truth_sha256} says that there is one, and which. Sets of earlier versions may have such files without.
 *
 * @param resolution pixels per side
 * @param wDim length of the style codes, 0 if there are none
 * @param description how the set was made, with everything that determines it
 * @param grid identities and attributes of each block of a set in which all of them were drawn with each other: in
 *     blocks of {@code grid * grid} samples, sample {@code i * grid + a} shows identity i with attributes a, and shards
 *     hold whole blocks; 0 where samples have nothing in common
 * @param shards its parts, in order
 */
public record SampleSet(int resolution, int wDim, String description, int grid, List<Shard> shards) {
    /** Version of the index that this class reads and writes. */
    public static final int SCHEMA = 1;

    static final String INDEX = "index.json";
    static final int MOST_GRID = 1000;

    private static final int DIGEST = 16;

    /**
     * A part of a set.
     *
     * @param count samples in it, at least 1
     * @param images name of its file of images
     * @param imagesSha256 SHA-256 of that file
     * @param codes name of its file of style codes, or null
     * @param codesSha256 SHA-256 of that file, or null
     * @param truthSha256 SHA-256 of its file of truths, or null if there is none or it was written by a version before
     *     this was said
     */
    public record Shard(
            int count,
            String images,
            String imagesSha256,
            @Nullable String codes,
            @Nullable String codesSha256,
            @Nullable String truthSha256) {
        public Shard {
            Require.that(count >= 1, "shards", "of at least one sample", count);
            requirePlain(images);
            if (codes != null) {
                requirePlain(codes);
            }
        }

        /** A part of whose truths the index says nothing. */
        public Shard(
                int count, String images, String imagesSha256, @Nullable String codes, @Nullable String codesSha256) {
            this(count, images, imagesSha256, codes, codesSha256, null);
        }

        /** Name of its file of truths, where it has one. */
        public String truth() {
            return images.replace("images", "truth");
        }

        /** Its file of truths in a folder. @throws IOException if it is not the one of the index */
        Path truthIn(Path folder) throws IOException {
            return truthSha256 == null ? folder.resolve(truth()) : verified(folder, truth(), truthSha256);
        }

        /** Shards lie in the folder of the index and nowhere else. */
        private static void requirePlain(String name) {
            Require.that(name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,127}"), "shards", "plain file names", name);
        }

        private Map<String, @Nullable Object> json() {
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            json.put("count", count);
            json.put("images", images);
            json.put("images_sha256", imagesSha256);
            json.put("codes", codes);
            json.put("codes_sha256", codesSha256);
            if (truthSha256 != null) {
                json.put("truth_sha256", truthSha256);
            }
            return json;
        }
    }

    public SampleSet {
        shards = List.copyOf(shards);
        Require.that(resolution >= 1, "resolution", "at least 1", resolution);
        Require.that(wDim >= 0, "w_dim", "at least 0", wDim);
        Require.that(grid >= 0 && grid <= MOST_GRID, "grid", "0 to " + MOST_GRID, grid);
        for (Shard shard : shards) {
            Require.that(
                    grid == 0 || shard.count() % (grid * grid) == 0,
                    "shards",
                    "of whole blocks of grid * grid",
                    shard.count());
        }
    }

    /** A set of samples that have nothing in common. */
    public SampleSet(int resolution, int wDim, String description, List<Shard> shards) {
        this(resolution, wDim, description, 0, shards);
    }

    /** Number of samples. */
    public long count() {
        return shards.stream().mapToLong(Shard::count).sum();
    }

    /** What its samples are, in few letters: 16 digits of another set where the hash of any file differs. */
    String digest() {
        return Sha256.of(json().compact().getBytes(StandardCharsets.UTF_8)).substring(0, DIGEST);
    }

    /** A file of a set. @throws IOException if it is not there, or another one than the index says */
    static Path verified(Path folder, String file, String sha256) throws IOException {
        Path path = folder.resolve(file);
        String got = Files.exists(path) ? Sha256.of(path) : "no such file";
        if (!got.equals(sha256)) {
            throw new IOException(
                    "sample set: " + file + " must have SHA-256 " + sha256 + ", got " + got + " [" + folder + "]");
        }
        return path;
    }

    /** Reads the index of a folder. @throws IOException if there is none, or it is wrong */
    public static SampleSet read(Path folder) throws IOException {
        try {
            return of(Json.parse(folder.resolve(INDEX)));
        } catch (IllegalArgumentException e) {
            throw new IOException("sample set: " + e.getMessage() + " [" + folder + "]", e);
        }
    }

    private static SampleSet of(Json json) {
        if (json.get("schema").asInt() != SCHEMA) {
            throw json.get("schema")
                    .wrong("schema version " + SCHEMA, json.get("schema").compact());
        }
        List<Shard> shards = new ArrayList<>();
        for (Json shard : json.get("shards").elements()) {
            shards.add(new Shard(
                    shard.get("count").asInt(),
                    shard.get("images").asString(),
                    shard.get("images_sha256").asString(),
                    text(shard, "codes"),
                    text(shard, "codes_sha256"),
                    text(shard, "truth_sha256")));
        }
        return new SampleSet(
                json.get("resolution").asInt(),
                json.get("w_dim").asInt(),
                json.get("description").asString(),
                json.find("grid").map(Json::asInt).orElse(0),
                shards);
    }

    private static @Nullable String text(Json json, String key) {
        return json.find(key).filter(j -> !j.isNull()).map(Json::asString).orElse(null);
    }

    /** Writes the index into a folder, whole or not at all; its shards must be there already. */
    public void write(Path folder) throws IOException {
        byte[] text = json().pretty().getBytes(StandardCharsets.UTF_8);
        DraftFile.write(folder.resolve(INDEX), out -> out.write(text));
    }

    private Json json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("schema", SCHEMA);
        json.put("resolution", resolution);
        json.put("w_dim", wDim);
        json.put("description", description);
        if (grid > 0) {
            json.put("grid", grid);
        }
        json.put("shards", shards.stream().map(Shard::json).toList());
        return Json.of(json);
    }
}

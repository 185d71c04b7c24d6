package org.semblance.weights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.files.DraftFile;
import org.semblance.json.Json;

/**
 * Writes a model folder.
 *
 * <pre>{@code
 * new ModelFolderWriter("mine", "Apache-2.0")
 *         .describe("image", Map.of("width", 64, "height", 64))
 *         .add("mapper", description, tensors, DType.F32)
 *         .write(directory);
 * }</pre>
 */
public final class ModelFolderWriter {
    private static final Pattern ROLE = Pattern.compile("[a-z][a-z0-9_-]{0,63}");

    private final Map<String, Object> head = new LinkedHashMap<>();
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /**
     * A folder without networks yet.
     *
     * @param licence of the whole, an SPDX identifier where there is one
     */
    public ModelFolderWriter(String name, String licence) {
        head.put("schema", ModelFolder.SCHEMA);
        head.put("name", name);
        head.put("licence", licence);
    }

    /**
     * Adds a field of the whole model.
     *
     * @param value as for {@link Json#of}
     */
    public ModelFolderWriter describe(String key, @Nullable Object value) {
        if (head.containsKey(key) || key.equals("networks")) {
            throw new IllegalArgumentException("model folder: a field must be given once, got " + key + " again");
        }
        head.put(key, Json.of(value));
        return this;
    }

    /**
     * Adds a network.
     *
     * @param role what it is for: lower-case letters, digits, - and _
     * @param description its entry, with architecture, sizes, training and licence; file and SHA-256 are filled in
     * @param tensors its tensors
     * @param dtype element type in the file
     * @throws IllegalArgumentException if the role is taken, or the description lacks something
     */
    public ModelFolderWriter add(String role, Json description, Map<String, HostArray> tensors, DType dtype) {
        Map<String, HostArray> own = new LinkedHashMap<>(tensors);
        put(role, new Entry(description, role + ".safetensors", file -> Safetensors.write(file, own, dtype, Map.of())));
        return this;
    }

    /**
     * Adds a network whose file is taken as it is, such as an ONNX file.
     *
     * @param extension of the file's name, without a dot
     * @param content of the file; not copied
     * @throws IllegalArgumentException as {@link #add(String, Json, Map, DType)}
     */
    public ModelFolderWriter add(String role, Json description, String extension, byte[] content) {
        put(
                role,
                new Entry(
                        description, role + "." + extension, file -> DraftFile.write(file, out -> out.write(content))));
        return this;
    }

    private void put(String role, Entry entry) {
        if (!ROLE.matcher(role).matches() || entries.containsKey(role)) {
            throw new IllegalArgumentException("model folder: roles must be new and of a-z, 0-9, - and _, got " + role
                    + " after " + entries.keySet());
        }
        ModelNetwork.of(role, entry.described("0".repeat(64)));
        entries.put(role, entry);
    }

    /**
     * Writes the folder, making it if need be: the networks' files first, {@code model.json} last, each put in place
     * whole. Files of these names are replaced.
     */
    public void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Map<String, Object> networks = new LinkedHashMap<>();
        for (Map.Entry<String, Entry> e : entries.entrySet()) {
            Path file = directory.resolve(e.getValue().file());
            e.getValue().content().writeTo(file);
            networks.put(e.getKey(), e.getValue().described(Sha256.of(file)));
        }
        byte[] text = Json.of(head).with("networks", networks).pretty().getBytes(StandardCharsets.UTF_8);
        DraftFile.write(directory.resolve(ModelFolder.DESCRIPTION), out -> out.write(text));
    }

    /** Writes the file of a network. */
    private interface Content {
        void writeTo(Path file) throws IOException;
    }

    private record Entry(Json description, String file, Content content) {
        Json described(String sha256) {
            return description.with("file", file).with("sha256", sha256);
        }
    }
}

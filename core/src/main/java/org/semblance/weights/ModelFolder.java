package org.semblance.weights;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.semblance.json.Json;

/**
 * A folder with everything a pipeline needs: {@code model.json} and one safetensors file per network.
 *
 * <pre>{@code
 * {
 *   "schema": 1,
 *   "name": "heads64",
 *   "licence": "Apache-2.0",
 *   "image": {"width": 64, "height": 64, "channels": 3, "layout": "NCHW", "range": [-1, 1]},
 *   "networks": {
 *     "generator": {
 *       "architecture": "stylegan2", "config": {"img_resolution": 64, ...},
 *       "file": "generator.safetensors", "sha256": "...", "sizes": {"z": 512, "w": 512},
 *       "training": "...", "licence": "Apache-2.0"
 *     },
 *     "identity": {"architecture": "ops", "network": {"input": [3, 64, 64], "ops": [...], "output": "embedding"},
 *       "input_range": [-1, 1], "verification": {"far": 0.001, "tar": 0.957, "threshold": 0.78}, ...}
 *   }
 * }
 * }</pre>
 *
 * <p>Opening reads the description only. {@link #weights} reads one network's file and checks its SHA-256 first.
 */
public final class ModelFolder {
    /** Version of {@code model.json} that this class reads and writes. */
    public static final int SCHEMA = 1;

    static final String DESCRIPTION = "model.json";
    /** Files up to this size are read into memory, so that what was checked is what is used. */
    private static final long IN_MEMORY = 256L << 20;

    private final ModelSource source;
    private final Json description;
    private final Map<String, ModelNetwork> networks;

    private ModelFolder(ModelSource source, Json description) {
        this.source = source;
        this.description = description;
        this.networks = networks(description);
    }

    /**
     * Opens the folder at a path.
     *
     * @throws IOException if there is none, or its description is wrong
     */
    public static ModelFolder open(Path directory) throws IOException {
        return open(ModelSource.of(directory));
    }

    /**
     * Opens a folder anywhere.
     *
     * @throws IOException if its description is missing or wrong
     */
    public static ModelFolder open(ModelSource source) throws IOException {
        try (InputStream in = source.open(DESCRIPTION)) {
            return new ModelFolder(source, Json.parse(in, DESCRIPTION));
        } catch (IllegalArgumentException e) {
            throw new IOException("model folder: " + e.getMessage() + " [" + source.name() + "]", e);
        }
    }

    /** A folder without files, to be filled by {@link #with}. @throws IOException if its description is wrong */
    public static ModelFolder of(Json description, String name) throws IOException {
        byte[] text = description.compact().getBytes(StandardCharsets.UTF_8);
        return open(new ModelSource() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public InputStream open(String file) throws IOException {
                if (!file.equals(DESCRIPTION)) {
                    throw new FileNotFoundException("model folder: no file " + file + " [" + name + "]");
                }
                return new ByteArrayInputStream(text);
            }
        });
    }

    /** Where this folder is, for messages. */
    public String source() {
        return source.name();
    }

    /** Name of the model. */
    public String name() {
        return description.get("name").asString();
    }

    /** Licence of the whole, an SPDX identifier where there is one. */
    public String licence() {
        return description.get("licence").asString();
    }

    /** All of {@code model.json}. */
    public Json description() {
        return description;
    }

    /** The roles that are filled, in order. */
    public Set<String> roles() {
        return networks.keySet();
    }

    /** Whether a role is filled. */
    public boolean has(String role) {
        return networks.containsKey(role);
    }

    /**
     * The network of a role.
     *
     * @throws IllegalArgumentException if the role is not filled
     */
    public ModelNetwork network(String role) {
        ModelNetwork network = networks.get(role);
        if (network == null) {
            throw new IllegalArgumentException("model folder: no network for " + role + ", only for "
                    + networks.keySet() + " [" + source.name() + "]");
        }
        return network;
    }

    /**
     * The tensors of a role's network, once the SHA-256 of the file is found right. Close them when done.
     *
     * @throws IllegalArgumentException if the role is not filled
     * @throws IOException if the file is missing, damaged, or not the one described
     */
    public Weights weights(String role) throws IOException {
        ModelNetwork network = network(role);
        Optional<Path> path = source.path(network.file());
        if (path.isPresent() && Files.size(path.get()) > IN_MEMORY) {
            check(network, Sha256.of(path.get()));
            return Safetensors.open(path.get());
        }
        try (InputStream in = source.open(network.file())) {
            byte[] bytes = in.readAllBytes();
            check(network, Sha256.of(bytes));
            return Safetensors.read(bytes, source.name() + "/" + network.file());
        }
    }

    /**
     * The file of a role's network whatever it holds, once its SHA-256 is found right: a role of architecture
     * {@code onnx} is an ONNX file as it came.
     *
     * @throws IllegalArgumentException if the role is not filled
     * @throws IOException if the file is missing, not the one described, or of 2 GiB and more
     */
    public byte[] bytes(String role) throws IOException {
        ModelNetwork network = network(role);
        Optional<Path> path = source.path(network.file());
        if (path.isPresent() && Files.size(path.get()) > Integer.MAX_VALUE - 8) {
            throw new IOException("model folder: " + network.file() + " must be below 2 GiB, got "
                    + Files.size(path.get()) + " bytes [" + source.name() + "]");
        }
        try (InputStream in = source.open(network.file())) {
            byte[] bytes = in.readAllBytes();
            check(network, Sha256.of(bytes));
            return bytes;
        }
    }

    /**
     * This folder with a role filled, or filled anew, by a file in memory; nothing is written.
     *
     * @param entry the network's entry without file and SHA-256, as for {@link ModelFolderWriter#add}
     * @param file name that it gets, which no other role may have
     * @param content of the file; not copied
     * @throws IOException if the entry lacks something
     */
    public ModelFolder with(String role, Json entry, String file, byte[] content) throws IOException {
        Map<String, Object> entries = new LinkedHashMap<>();
        networks.forEach((name, network) -> entries.put(name, network.description()));
        entries.put(role, entry.with("file", file).with("sha256", Sha256.of(content)));
        ModelSource base = source;
        ModelSource joined = new ModelSource() {
            @Override
            public String name() {
                return base.name();
            }

            @Override
            public InputStream open(String wanted) throws IOException {
                return wanted.equals(file) ? new ByteArrayInputStream(content) : base.open(wanted);
            }

            @Override
            public Optional<Path> path(String wanted) {
                return wanted.equals(file) ? Optional.empty() : base.path(wanted);
            }
        };
        try {
            return new ModelFolder(joined, description.with("networks", entries));
        } catch (IllegalArgumentException e) {
            throw new IOException("model folder: " + e.getMessage() + " [" + source.name() + "]", e);
        }
    }

    private void check(ModelNetwork network, String got) throws IOException {
        if (!got.equals(network.sha256())) {
            throw new IOException("model folder: " + network.file() + " must have SHA-256 " + network.sha256()
                    + ", got " + got + " [" + source.name() + "]");
        }
    }

    /** Reads the entries, and what must be there beside them. */
    private static Map<String, ModelNetwork> networks(Json description) {
        Json schema = description.get("schema");
        if (schema.asInt() != SCHEMA) {
            throw schema.wrong("schema version " + SCHEMA, schema.compact());
        }
        description.get("name").asString();
        description.get("licence").asString();
        Json entries = description.get("networks");
        Map<String, ModelNetwork> networks = new LinkedHashMap<>();
        for (String role : entries.keys()) {
            networks.put(role, ModelNetwork.of(role, entries.get(role)));
        }
        return Collections.unmodifiableMap(networks);
    }
}

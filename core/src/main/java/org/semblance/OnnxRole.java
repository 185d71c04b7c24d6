package org.semblance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.semblance.backend.Device;
import org.semblance.json.Json;
import org.semblance.onnx.OnnxFeatures;
import org.semblance.onnx.OnnxInput;
import org.semblance.onnx.OnnxModel;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;

/**
 * A frozen network of an ONNX file in a role of a model folder: the identity encoder that a run trains through, a
 * recogniser to measure with, a landmark detector. The file is taken as it is.
 *
 * <pre>{@code
 * ModelFolder base = OnnxRole.fill(
 *         Disentangler.embeddedModel(), ModelNetwork.IDENTITY, Path.of("recogniser.onnx"), OnnxInput.arcFace());
 * }</pre>
 */
public final class OnnxRole {
    /** Name of the architecture, and of the files. */
    static final String ARCHITECTURE = "onnx";

    private OnnxRole() {}

    /**
     * A folder with a role filled, or filled anew, by an ONNX file; nothing is written.
     *
     * @param input what the network wants done to pixels; without a resolution, pictures are taken in the size of the
     *     folder's generator
     * @throws IOException if the file is damaged, keeps weights in other files, or has operators that are not supported
     */
    public static ModelFolder fill(ModelFolder base, String role, Path file, OnnxInput input) throws IOException {
        byte[] content = content(file);
        Json entry = entry(file, content, sized(base, input), "see its file's authors");
        return base.with(role, entry, role + "." + ARCHITECTURE, content);
    }

    /**
     * A folder with nothing but this role, to measure with; nothing is written.
     *
     * @throws IOException as {@link #fill}
     */
    public static ModelFolder alone(String role, Path file, OnnxInput input) throws IOException {
        Json empty = Json.of(Map.of(
                "schema",
                ModelFolder.SCHEMA,
                "name",
                String.valueOf(file.getFileName()),
                "licence",
                "see its file's authors",
                "networks",
                Map.of()));
        return fill(ModelFolder.of(empty, file.toString()), role, file, input);
    }

    private static OnnxInput sized(ModelFolder base, OnnxInput input) {
        if (input.resolution() > 0 || !base.has(ModelNetwork.GENERATOR)) {
            return input;
        }
        return input.at(base.network(ModelNetwork.GENERATOR)
                .config()
                .get("img_resolution")
                .asInt());
    }

    static byte[] content(Path file) throws IOException {
        long size = Files.size(file);
        if (size > Integer.MAX_VALUE - 8) {
            throw new IOException("onnx: the file must be below 2 GiB, got " + size + " bytes [" + file + "]");
        }
        return Files.readAllBytes(file);
    }

    /** The entry of a file once it has become a network. */
    static Json entry(Path file, byte[] content, OnnxInput input, String licence) throws IOException {
        OnnxModel model = OnnxModel.read(content, file.toString());
        try (OnnxFeatures network = OnnxFeatures.of(model, input, Device.cpu())) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("architecture", ARCHITECTURE);
            entry.put("config", config(input.at(network.resolution())));
            entry.put("sizes", Map.of("embedding", network.size()));
            entry.put("training", "as exported in " + file.getFileName());
            entry.put("licence", licence);
            return Json.of(entry);
        }
    }

    private static Map<String, Object> config(OnnxInput input) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("resolution", input.resolution());
        config.put("crop", input.crop());
        config.put("mean", input.mean());
        config.put("deviation", input.deviation());
        config.put("channels", input.blueFirst() ? "bgr" : "rgb");
        config.put("normalised", input.normalised());
        if (input.output() != null) {
            config.put("output", input.output());
        }
        return config;
    }

    /** What an entry's config says. */
    static OnnxInput input(Json config) {
        String channels = config.get("channels").asString();
        if (!Arrays.asList("rgb", "bgr").contains(channels)) {
            throw config.get("channels").wrong("rgb or bgr", "'" + channels + "'");
        }
        return new OnnxInput(
                config.get("resolution").asInt(),
                config.get("crop").asDoubles(),
                config.get("mean").asDoubles(),
                config.get("deviation").asDoubles(),
                channels.equals("bgr"),
                config.get("normalised").asBoolean(),
                config.find("output").map(Json::asString).orElse(null));
    }
}

package org.semblance.weights;

import java.util.Optional;
import java.util.regex.Pattern;
import org.semblance.json.Json;

/**
 * One network of a model folder, as {@code model.json} describes it.
 *
 * @param role what the network is for, one of the names below or another
 * @param architecture how it is built: {@code stylegan2}, {@code ops} (from an op list), {@code mlp}, ...
 * @param file name of its safetensors file in the folder
 * @param sha256 SHA-256 of that file, 64 lower-case hexadecimal digits
 * @param description the whole entry, with what its architecture needs beside the fields here
 */
public record ModelNetwork(String role, String architecture, String file, String sha256, Json description) {
    /** The image generator: z to w to image. */
    public static final String GENERATOR = "generator";
    /** The identity encoder that the mapper listens to. */
    public static final String IDENTITY = "identity";
    /** The attribute encoder. */
    public static final String ATTRIBUTES = "attributes";
    /** Identity and attributes to w. */
    public static final String MAPPER = "mapper";
    /** The landmark detector. */
    public static final String LANDMARKS = "landmarks";
    /** Tells w of the generator from w of the mapper; for training. */
    public static final String LATENT_DISCRIMINATOR = "latent_discriminator";
    /** A recogniser that no training has seen; for measuring. */
    public static final String RECOGNISER = "recogniser";
    /** A regressor of ground-truth factors; for measuring. */
    public static final String FACTORS = "factors";

    /** Reads off pictures what shall be kept of the attribute picture; for training alone. */
    public static final String ATTRIBUTE_TEACHER = "attribute_teacher";
    /** Reads off pictures what shall be kept of the identity picture; for training alone. */
    public static final String IDENTITY_TEACHER = "identity_teacher";

    /** Finds faces in photographs. */
    public static final String DETECTOR = "detector";

    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /**
     * Reads an entry.
     *
     * @throws IllegalArgumentException with the place, if something is missing or wrong
     */
    static ModelNetwork of(String role, Json entry) {
        String file = checked(entry.get("file"), FILE, "a plain file name");
        String sha256 = checked(entry.get("sha256"), SHA256, "64 lower-case hexadecimal digits");
        String architecture = entry.get("architecture").asString();
        entry.get("licence").asString();
        entry.get("training").asString();
        for (String size : entry.get("sizes").keys()) {
            entry.get("sizes").get(size).asInt();
        }
        return new ModelNetwork(role, architecture, file, sha256, entry);
    }

    /**
     * A size of this network, such as {@code embedding}.
     *
     * @throws IllegalArgumentException if it has none of this name
     */
    public int size(String name) {
        return description.get("sizes").get(name).asInt();
    }

    /** Whether its file holds tensors, as those of all architectures but {@code onnx} do. */
    public boolean isTensors() {
        return !architecture.equals("onnx");
    }

    /** Licence of the weights, an SPDX identifier where there is one. */
    public String licence() {
        return description.get("licence").asString();
    }

    /** What the weights were trained on, and how. */
    public String training() {
        return description.get("training").asString();
    }

    /** Lowest and highest value of the network's input, empty where it is not bounded. */
    public Optional<double[]> inputRange() {
        return description.find("input_range").map(Json::asDoubles);
    }

    /**
     * The settings of the architecture.
     *
     * @throws IllegalArgumentException if there are none
     */
    public Json config() {
        return description.get("config");
    }

    /** The op list with its inputs and outputs, where the network is described by one. */
    public Optional<Json> opList() {
        return description.find("network");
    }

    private static String checked(Json text, Pattern pattern, String rule) {
        if (!pattern.matcher(text.asString()).matches()) {
            throw text.wrong(rule, "'" + text.asString() + "'");
        }
        return text.asString();
    }
}

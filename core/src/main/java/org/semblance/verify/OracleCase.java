package org.semblance.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.semblance.array.Shape;
import org.semblance.json.Json;
import org.semblance.weights.Safetensors;
import org.semblance.weights.Weights;

/** One case of a set of golden data. Its description is read when asked for, so a broken case harms no other. */
public final class OracleCase {
    private final Path folder;
    private final Json entry;
    private final String id;

    OracleCase(Path folder, Json entry, int index) {
        this.folder = folder;
        this.entry = entry;
        boolean named = entry.isObject() && entry.has("id") && entry.get("id").isString();
        this.id = named ? entry.get("id").asString() : "case " + index;
    }

    /** Name for reports; nothing may depend on it. */
    public String id() {
        return id;
    }

    /** The operation. @throws IllegalArgumentException if the manifest names none */
    public String op() {
        return entry.get("op").asString();
    }

    /** Attributes of the operation; an empty object where there are none. */
    public Json attrs() {
        return entry.find("attrs").orElseGet(() -> Json.of(Map.of()));
    }

    /** The whole entry in the manifest. */
    public Json entry() {
        return entry;
    }

    /** Whether the case states a convention, to be reported and never to fail. */
    public boolean isConvention() {
        boolean report =
                entry.find("level").map(l -> l.asString().equals("report")).orElse(false);
        return report || !entry.find("strict").map(Json::asBoolean).orElse(true);
    }

    /** Names and shapes of the inputs. */
    public Map<String, Shape> inputs() {
        Map<String, Shape> inputs = new LinkedHashMap<>();
        Json tensors = entry.get("tensors");
        for (String name : tensors.keys()) {
            if (!isOutput(tensors.get(name))) {
                inputs.put(name, Shape.of(tensors.get(name).get("shape").asInts()));
            }
        }
        return inputs;
    }

    /** The outputs to be compared, in the manifest's order. */
    public List<ExpectedTensor> outputs() {
        List<ExpectedTensor> outputs = new ArrayList<>();
        Json tensors = entry.get("tensors");
        for (String name : tensors.keys()) {
            if (isOutput(tensors.get(name))) {
                outputs.add(ExpectedTensor.of(name, tensors.get(name)));
            }
        }
        return outputs;
    }

    private static boolean isOutput(Json tensor) {
        return tensor.get("role").asString().equals("output");
    }

    /**
     * Opens the case's file, having checked that it holds every tensor of the manifest in its shape.
     *
     * @throws IOException if it is missing, damaged or does not fit the manifest
     */
    public Weights open() throws IOException {
        Path file = folder.resolve(entry.get("file").asString()).normalize();
        if (!file.startsWith(folder)) {
            throw new IOException("oracle: files must lie inside the set, got " + file);
        }
        Weights weights = Safetensors.open(file);
        try {
            inputs().forEach((name, shape) -> requireShape(weights, name, shape));
            outputs().forEach(expected -> requireShape(weights, expected.name(), expected.shape()));
            return weights;
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    private static void requireShape(Weights weights, String name, Shape shape) {
        if (!weights.shape(name).equals(shape)) {
            throw new IllegalArgumentException("oracle: " + name + " must have the manifest's shape " + shape + ", got "
                    + weights.shape(name) + " [" + weights.source() + "]");
        }
    }
}

package org.semblance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.json.Json;
import org.semblance.training.TrainingState;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelFolderWriter;
import org.semblance.weights.ModelNetwork;

/**
 * Writes a model folder: the base model with what was trained in place of what it had.
 *
 * @param card facts of the run, by name
 * @param test the newest test of the run
 */
record ModelExport(
        ModelFolder base,
        String name,
        String training,
        DType dtype,
        Map<String, Object> card,
        TrainingState.Test test) {
    private static final List<String> REPLACED =
            List.of(ModelNetwork.ATTRIBUTES, ModelNetwork.MAPPER, ModelNetwork.LATENT_DISCRIMINATOR);
    /** Whoever uses a model has no use for them. */
    static final List<String> TEACHERS = List.of(ModelNetwork.ATTRIBUTE_TEACHER, ModelNetwork.IDENTITY_TEACHER);

    private static final List<String> OWN =
            List.of("schema", "name", "licence", "networks", "training", "metrics", "run");

    /** An export of what a checkpoint says. */
    static ModelExport of(ModelFolder base, String name, DType dtype, Json state) {
        Json config = state.get("config");
        Json progress = state.get("progress");
        String training = "Semblance " + progress.get("step").asLong() + " steps of "
                + config.get("batch").asInt() + ", seed " + config.get("seed").asLong() + ".";
        TrainingState.Test test = TrainingState.of(progress).test();
        return new ModelExport(base, name, training, dtype, card(base, state), test);
    }

    /** What a reader of the model wants to know of the run, and of those that its base model came from. */
    private static Map<String, Object> card(ModelFolder base, Json state) {
        Map<String, Object> card = new LinkedHashMap<>();
        card.put("steps", state.get("progress").get("step"));
        card.put("seed", state.get("config").get("seed"));
        card.put("device", state.get("device"));
        card.put("base", base.name());
        card.put("frozen", state.get("frozen"));
        card.put("data", state.get("sources"));
        card.put("config", state.get("config"));
        base.description().find("run").ifPresent(before -> card.put("base_run", before));
        return card;
    }

    void write(TrainedParts parts, Path folder) throws IOException {
        ModelFolderWriter writer = new ModelFolderWriter(name, base.licence());
        for (String key : base.description().keys()) {
            if (!OWN.contains(key)) {
                writer.describe(key, base.description().get(key));
            }
        }
        writer.describe("training", training);
        writer.describe("run", card);
        if (test.step() >= 0) {
            writer.describe("metrics", test.json());
        }
        for (String role : base.roles()) {
            if (!REPLACED.contains(role) && !TEACHERS.contains(role)) {
                copy(writer, role);
            }
        }
        add(writer, ModelNetwork.ATTRIBUTES, encoder(parts), parts.attributes());
        add(writer, ModelNetwork.MAPPER, mapper(parts), parts.mapper().values());
        add(
                writer,
                ModelNetwork.LATENT_DISCRIMINATOR,
                discriminator(parts),
                parts.discriminator().values());
        writer.write(folder);
    }

    private void copy(ModelFolderWriter writer, String role) throws IOException {
        ModelNetwork network = base.network(role);
        if (network.isTensors()) {
            writer.add(role, network.description(), TrainedNetworks.values(base, role), stored(role));
        } else {
            writer.add(role, network.description(), network.architecture(), base.bytes(role));
        }
    }

    /** The element type that a role's file has, so that copies are exact and no larger. */
    private DType stored(String role) {
        return base.network(role)
                .description()
                .find("storage")
                .map(s -> DType.valueOf(s.asString()))
                .orElse(DType.F32);
    }

    private void add(ModelFolderWriter writer, String role, Map<String, Object> rest, Map<String, HostArray> values) {
        Map<String, Object> entry = new LinkedHashMap<>(rest);
        entry.put("storage", dtype.name());
        entry.put("training", training);
        entry.put("licence", base.licence());
        writer.add(role, Json.of(entry), values, dtype);
    }

    private Map<String, Object> encoder(TrainedParts parts) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("architecture", "ops");
        entry.put("sizes", Map.of("embedding", code(parts)));
        entry.put("purpose", "use");
        entry.put("input_range", EncoderLoader.range(base, ModelNetwork.ATTRIBUTES));
        entry.put("network", parts.encoder());
        return entry;
    }

    private static int code(TrainedParts parts) {
        return parts.encoder().get("out_dim").asInt();
    }

    private static Map<String, Object> mapper(TrainedParts parts) {
        List<Integer> widths = parts.mapper().widths();
        int in = widths.get(0);
        int w = widths.get(widths.size() - 1);
        Map<String, Object> sizes = new LinkedHashMap<>();
        sizes.put("identity", in - code(parts));
        sizes.put("attributes", code(parts));
        sizes.put("input", in);
        sizes.put("w", w);
        return mlp("use", sizes, List.of("identity", "attributes"), parts.mapper());
    }

    private static Map<String, Object> discriminator(TrainedParts parts) {
        Map<String, Object> sizes = new LinkedHashMap<>();
        sizes.put("w", parts.discriminator().widths().get(0));
        sizes.put("logit", 1);
        return mlp("train", sizes, List.of("w"), parts.discriminator());
    }

    private static Map<String, Object> mlp(
            String purpose, Map<String, Object> sizes, List<String> inputs, TrainedParts.Mlp network) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("inputs", inputs);
        config.putAll(network.described());
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("architecture", "mlp");
        entry.put("sizes", sizes);
        entry.put("purpose", purpose);
        entry.put("config", config);
        return entry;
    }
}

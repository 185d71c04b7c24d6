package org.semblance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.json.Json;
import org.semblance.training.Checkpoint;
import org.semblance.training.FreshNetworks;
import org.semblance.training.StartConfig;
import org.semblance.training.StartConfig.From;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;

/**
 * What the trained networks are and hold, on the host.
 *
 * @param encoder the attribute encoder's list of operations, as in {@code model.json}
 * @param attributes its parameters and buffers by name
 * @param mapper the latent mapper
 * @param rareClasses numbers of the classes that {@code schedule.classPath} leads to, none without
 * @param discriminator the latent discriminator
 */
record TrainedParts(
        Json encoder, Map<String, HostArray> attributes, Mlp mapper, List<Integer> rareClasses, Mlp discriminator) {
    /** Of networks that begin fresh. */
    private static final float SLOPE = 0.2f;

    /**
     * Dense layers.
     *
     * @param widths features in, hidden, and out
     * @param slope of the leaky ReLU between them, below zero
     * @param values parameters by name
     */
    record Mlp(List<Integer> widths, float slope, Map<String, HostArray> values) {
        /** That of a model folder. */
        static Mlp of(ModelFolder base, String role) throws IOException {
            Json config = base.network(role).config();
            float slope = (float) config.get("slope").asDouble();
            return new Mlp(list(config.get("widths")), slope, TrainedNetworks.values(base, role));
        }

        /** One that a checkpoint describes. */
        static Mlp of(Json json, Map<String, HostArray> values) {
            return new Mlp(list(json.get("widths")), (float) json.get("slope").asDouble(), values);
        }

        /** What decides it beside the values. */
        Map<String, Object> described() {
            Map<String, Object> described = new LinkedHashMap<>();
            described.put("widths", widths);
            described.put("slope", Double.valueOf(Float.toString(slope)));
            return described;
        }

        /** The same network with other values. */
        Mlp with(Map<String, HostArray> other) {
            return new Mlp(widths, slope, other);
        }
    }

    /** The parts that a run begins with. @param progress hears how many more pictures were read for a class path */
    static TrainedParts start(ModelFolder base, TrainerConfig config, Device device, IntConsumer progress)
            throws IOException {
        StartConfig start = config.start();
        int w = base.network(ModelNetwork.GENERATOR).config().get("w_dim").asInt();
        int id = EncoderLoader.size(base, ModelNetwork.IDENTITY);
        FreshNetworks.Described encoder = encoder(base, config);
        int features = id + encoder.description().get("out_dim").asInt();
        ClassSteps.Mapper mapper = start.mapper() == From.MODEL
                ? given(base, config, features, id, device, progress)
                : new ClassSteps.Mapper(fresh(base, config, joined(features, start.mapperWidths(), w), id), List.of());
        return new TrainedParts(
                encoder.description(),
                encoder.values(),
                mapper.network(),
                mapper.classes(),
                discriminator(base, config, w));
    }

    private static FreshNetworks.Described encoder(ModelFolder base, TrainerConfig config) throws IOException {
        From from = config.start().attributes();
        if (from != From.MODEL) {
            int resolution = base.network(ModelNetwork.GENERATOR)
                    .config()
                    .get("img_resolution")
                    .asInt();
            FreshNetworks.Described fresh =
                    FreshNetworks.encoder(config.start().encoder(), resolution, config.seed() + 1);
            return from == From.FRESH ? fresh : TaughtEncoder.of(base, fresh);
        }
        return new FreshNetworks.Described(
                NetworkLoader.opListJson(base, ModelNetwork.ATTRIBUTES),
                TrainedNetworks.values(base, ModelNetwork.ATTRIBUTES));
    }

    /** The base model's mapper, which may have steps to classes besides. */
    private static ClassSteps.Mapper given(
            ModelFolder base, TrainerConfig config, int features, int id, Device device, IntConsumer progress)
            throws IOException {
        Mlp mapper = Mlp.of(base, ModelNetwork.MAPPER);
        if (mapper.widths().get(0) != features) {
            throw new IllegalArgumentException(
                    "config: the model's mapper takes " + mapper.widths().get(0)
                            + " features but identity and attributes give " + features + "; let start.mapper be fresh");
        }
        if (config.schedule().classPath() == 0) {
            return new ClassSteps.Mapper(mapper, List.of());
        }
        return new ClassSteps(base, device, progress)
                .in(mapper, id, config.schedule().classPathFrom(), config.seed() + 4);
    }

    private static Mlp fresh(ModelFolder base, TrainerConfig config, List<Integer> widths, int id) throws IOException {
        long seed = config.seed() + 2;
        return new Mlp(
                widths,
                SLOPE,
                config.start().centred()
                        ? FreshNetworks.centredMapper(widths, id, NetworkLoader.mean(base), seed)
                        : FreshNetworks.mapper(widths, seed));
    }

    private static Mlp discriminator(ModelFolder base, TrainerConfig config, int w) throws IOException {
        if (config.start().discriminator() == From.MODEL) {
            return Mlp.of(base, ModelNetwork.LATENT_DISCRIMINATOR);
        }
        List<Integer> widths = joined(w, config.start().discriminatorWidths(), 1);
        return new Mlp(widths, SLOPE, FreshNetworks.discriminator(widths, config.seed() + 3));
    }

    private static List<Integer> joined(int first, List<Integer> hidden, int last) {
        List<Integer> widths = new ArrayList<>(List.of(first));
        widths.addAll(hidden);
        widths.add(last);
        return widths;
    }

    // --- in checkpoints ---------------------------------------------------------------------------------------------

    /** What a checkpoint says of them beside the trained values: structure, and the encoder's buffers. */
    Json json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("encoder", encoder);
        json.put("mapper", mapper.described());
        json.put("rare_classes", rareClasses);
        json.put("discriminator", discriminator.described());
        return Json.of(json);
    }

    /** These parts with other values: {@code attributes.NAME}, {@code mapper.NAME}, {@code discriminator.NAME}. */
    TrainedParts with(Map<String, HostArray> values) {
        return new TrainedParts(
                encoder,
                replaced(attributes, "attributes.", values),
                mapper.with(replaced(mapper.values(), "mapper.", values)),
                rareClasses,
                discriminator.with(replaced(discriminator.values(), "discriminator.", values)));
    }

    private static Map<String, HostArray> replaced(
            Map<String, HostArray> before, String prefix, Map<String, HostArray> values) {
        Map<String, HostArray> after = new LinkedHashMap<>();
        before.forEach((name, value) -> after.put(name, values.getOrDefault(prefix + name, value)));
        return after;
    }

    /** Everything of a checkpoint, with the values of the last step. */
    static TrainedParts of(Checkpoint checkpoint) {
        Json json = checkpoint.state().get("networks");
        return new TrainedParts(
                json.get("encoder"),
                checkpoint.withPrefix("all.attributes."),
                Mlp.of(json.get("mapper"), checkpoint.withPrefix("all.mapper.")),
                list(json.get("rare_classes")),
                Mlp.of(json.get("discriminator"), checkpoint.withPrefix("all.discriminator.")));
    }

    private static List<Integer> list(Json json) {
        return json.elements().stream().map(Json::asInt).toList();
    }

    /** All values for a checkpoint: {@code all.attributes.NAME}, ... */
    Map<String, HostArray> tensors() {
        Map<String, HostArray> all = new LinkedHashMap<>();
        attributes.forEach((name, value) -> all.put("all.attributes." + name, value));
        mapper.values().forEach((name, value) -> all.put("all.mapper." + name, value));
        discriminator.values().forEach((name, value) -> all.put("all.discriminator." + name, value));
        return all;
    }
}

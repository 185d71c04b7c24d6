package org.semblance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * @param mapperWidths features in, hidden, and out
 * @param mapper its parameters by name
 * @param rareClasses numbers of the classes that {@code schedule.classPath} leads to, none without
 * @param discriminatorWidths features in, hidden, and out
 * @param discriminator its parameters by name
 */
record TrainedParts(
        Json encoder,
        Map<String, HostArray> attributes,
        List<Integer> mapperWidths,
        Map<String, HostArray> mapper,
        List<Integer> rareClasses,
        List<Integer> discriminatorWidths,
        Map<String, HostArray> discriminator) {
    static final float SLOPE = 0.2f;

    /** The parts that a run begins with. */
    static TrainedParts start(ModelFolder base, TrainerConfig config, Device device) throws IOException {
        StartConfig start = config.start();
        int w = base.network(ModelNetwork.GENERATOR).config().get("w_dim").asInt();
        int id = EncoderLoader.size(base, ModelNetwork.IDENTITY);
        FreshNetworks.Described encoder = encoder(base, config);
        int features = id + encoder.description().get("out_dim").asInt();
        boolean given = start.mapper() == From.MODEL;
        List<Integer> mapping = given ? widths(base, ModelNetwork.MAPPER) : joined(features, start.mapperWidths(), w);
        if (mapping.get(0) != features) {
            throw new IllegalArgumentException("config: the model's mapper takes " + mapping.get(0)
                    + " features but identity and attributes give " + features + "; let start.mapper be fresh");
        }
        ClassSteps.Mapper mapper = given
                ? given(base, config, mapping, id, device)
                : new ClassSteps.Mapper(mapper(base, config, mapping, id), List.of());
        boolean judged = start.discriminator() == From.MODEL;
        List<Integer> judging =
                judged ? widths(base, ModelNetwork.LATENT_DISCRIMINATOR) : joined(w, start.discriminatorWidths(), 1);
        return new TrainedParts(
                encoder.description(),
                encoder.values(),
                mapping,
                mapper.values(),
                mapper.classes(),
                judging,
                judged
                        ? TrainedNetworks.values(base, ModelNetwork.LATENT_DISCRIMINATOR)
                        : FreshNetworks.discriminator(judging, config.seed() + 3));
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
            ModelFolder base, TrainerConfig config, List<Integer> widths, int id, Device device) throws IOException {
        Map<String, HostArray> values = TrainedNetworks.values(base, ModelNetwork.MAPPER);
        if (config.schedule().classPath() == 0) {
            return new ClassSteps.Mapper(values, List.of());
        }
        return new ClassSteps(base, device)
                .in(values, widths, id, config.schedule().classPathFrom(), config.seed() + 4);
    }

    private static Map<String, HostArray> mapper(ModelFolder base, TrainerConfig config, List<Integer> widths, int id)
            throws IOException {
        if (!config.start().centred()) {
            return FreshNetworks.mapper(widths, config.seed() + 2);
        }
        return FreshNetworks.centredMapper(widths, id, NetworkLoader.mean(base), config.seed() + 2);
    }

    private static List<Integer> widths(ModelFolder base, String role) {
        List<Integer> widths = new ArrayList<>();
        for (int width : base.network(role).config().get("widths").asInts()) {
            widths.add(width);
        }
        return widths;
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
        json.put("mapper_widths", mapperWidths);
        json.put("rare_classes", rareClasses);
        json.put("discriminator_widths", discriminatorWidths);
        return Json.of(json);
    }

    /** These parts with other values: {@code attributes.NAME}, {@code mapper.NAME}, {@code discriminator.NAME}. */
    TrainedParts with(Map<String, HostArray> values) {
        return new TrainedParts(
                encoder,
                replaced(attributes, "attributes.", values),
                mapperWidths,
                replaced(mapper, "mapper.", values),
                rareClasses,
                discriminatorWidths,
                replaced(discriminator, "discriminator.", values));
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
                list(json.get("mapper_widths")),
                checkpoint.withPrefix("all.mapper."),
                json.find("rare_classes").map(TrainedParts::list).orElse(List.of()),
                list(json.get("discriminator_widths")),
                checkpoint.withPrefix("all.discriminator."));
    }

    private static List<Integer> list(Json json) {
        return json.elements().stream().map(Json::asInt).toList();
    }

    /** All values for a checkpoint: {@code all.attributes.NAME}, ... */
    Map<String, HostArray> tensors() {
        Map<String, HostArray> all = new LinkedHashMap<>();
        attributes.forEach((name, value) -> all.put("all.attributes." + name, value));
        mapper.forEach((name, value) -> all.put("all.mapper." + name, value));
        discriminator.forEach((name, value) -> all.put("all.discriminator." + name, value));
        return all;
    }
}

package org.semblance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import org.semblance.array.HostArray;
import org.semblance.backend.Activation;
import org.semblance.backend.Device;
import org.semblance.json.Json;
import org.semblance.networks.latent.LatentMlp;
import org.semblance.networks.oplist.OpList;
import org.semblance.networks.oplist.OpListNetwork;
import org.semblance.networks.stylegan1.StyleGan1Config;
import org.semblance.networks.stylegan1.StyleGan1Generator;
import org.semblance.networks.stylegan2.Architecture;
import org.semblance.networks.stylegan2.Channels;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.networks.stylegan2.StyleGenerator;
import org.semblance.nn.ParameterSource;
import org.semblance.pretrained.WeightBinding;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;
import org.semblance.weights.Weights;

/** Makes networks from the descriptions and files of a model folder; a network is whole or not made at all. */
final class NetworkLoader {
    /** Of the paper's generator. */
    static final String STYLEGAN1 = "stylegan1";

    private static final String MEAN = "mapping.w_avg";

    private NetworkLoader() {}

    /** Loads something that a model folder describes. */
    interface Work<T> {
        T run() throws IOException;
    }

    /** A description is part of a file: what makes no sense in it is the file's fault. */
    static <T> T described(ModelFolder folder, Work<T> work) throws IOException {
        try {
            return work.run();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IOException(e.getMessage() + " [" + folder.source() + "]", e);
        }
    }

    /** A StyleGAN2 or the paper's StyleGAN, whose configuration is read off its weights. */
    static StyleGenerator generator(ModelFolder folder, Device device) throws IOException {
        return described(folder, () -> styleGenerator(folder, device));
    }

    private static StyleGenerator styleGenerator(ModelFolder folder, Device device) throws IOException {
        if (folder.has(ModelNetwork.GENERATOR)
                && folder.network(ModelNetwork.GENERATOR).architecture().equals(STYLEGAN1)) {
            return bind(
                    folder.weights(ModelNetwork.GENERATOR),
                    "generator",
                    name -> false,
                    source -> StyleGan1Generator.load(StyleGan1Config.infer(source), source, device, false));
        }
        ModelNetwork network = network(folder, ModelNetwork.GENERATOR, "stylegan2");
        GeneratorConfig config = generatorConfig(network.config());
        return generator(config, folder.weights(ModelNetwork.GENERATOR), device);
    }

    static StyleGan2Generator generator(GeneratorConfig config, Weights weights, Device device) throws IOException {
        if (!weights.contains(MEAN)) {
            weights.close();
            throw new IOException("generator: weights must have " + MEAN + ", got none [" + weights.source() + "]");
        }
        return bind(
                weights,
                "generator",
                name -> name.endsWith("resample_filter"),
                source -> StyleGan2Generator.load(config, source, device, false));
    }

    /** The mean style code of a model's generator. */
    static HostArray mean(ModelFolder folder) throws IOException {
        try (Weights generator = folder.weights(ModelNetwork.GENERATOR)) {
            return generator.get(generator.contains(MEAN) ? MEAN : "Truncation/dlatent_avg");
        }
    }

    static OpListNetwork opList(ModelFolder folder, String role, Device device) throws IOException {
        OpList list = opList(role, opListJson(folder, role));
        return bind(
                folder.weights(role),
                role,
                name -> name.endsWith("num_batches_tracked"),
                source -> OpListNetwork.load(list, source, device, false));
    }

    /** The description of a network as a list of operations. */
    static Json opListJson(ModelFolder folder, String role) {
        return network(folder, role, "ops")
                .opList()
                .orElseThrow(
                        () -> new IllegalArgumentException("model: role '" + role + "' has no list of operations"));
    }

    static LatentMlp mlp(ModelFolder folder, String role, Device device) throws IOException {
        return described(folder, () -> latentMlp(folder, role, device));
    }

    private static LatentMlp latentMlp(ModelFolder folder, String role, Device device) throws IOException {
        ModelNetwork network = network(folder, role, "mlp");
        List<Integer> widths = new ArrayList<>();
        for (int w : network.config().get("widths").asInts()) {
            widths.add(w);
        }
        float slope = (float) network.config().get("slope").asDouble();
        return bind(
                folder.weights(role),
                role,
                name -> false,
                source -> LatentMlp.load(role, widths, slope, source, device, false));
    }

    private static ModelNetwork network(ModelFolder folder, String role, String architecture) {
        if (!folder.has(role)) {
            throw new IllegalArgumentException(
                    "model: " + folder.source() + " has no network for the role '" + role + "', got " + folder.roles());
        }
        ModelNetwork network = folder.network(role);
        if (!network.architecture().equals(architecture)) {
            throw new IllegalArgumentException("model: role '" + role + "' must be of architecture '" + architecture
                    + "', got '" + network.architecture() + "'");
        }
        return network;
    }

    /** Constructs a network, and closes it again if the weights did not fit; closes the weights. */
    static <T extends AutoCloseable> T bind(
            Weights weights, String name, Predicate<String> ignorable, Function<ParameterSource, T> make)
            throws IOException {
        try (weights) {
            return WeightBinding.bind(weights, name, ignorable, make);
        }
    }

    static GeneratorConfig generatorConfig(Json json) {
        int resolution = json.get("img_resolution").asInt();
        return new GeneratorConfig(
                json.get("z_dim").asInt(),
                json.get("c_dim").asInt(),
                json.get("w_dim").asInt(),
                json.get("img_channels").asInt(),
                json.get("mapping_layers").asInt(),
                json.find("mapping_lr_multiplier").map(Json::asDouble).orElse(0.01),
                channels(json, resolution),
                Architecture.of(json.get("architecture").asString()),
                json.find("conv_clamp")
                        .filter(c -> !c.isNull())
                        .map(c -> (float) c.asDouble())
                        .orElse(Activation.NO_CLAMP));
    }

    /** Stated one by one, or by StyleGAN's rule. */
    private static Channels channels(Json json, int resolution) {
        if (json.has("channels")) {
            List<Integer> counts = new ArrayList<>();
            for (int c : json.get("channels").asInts()) {
                counts.add(c);
            }
            return new Channels(counts);
        }
        return Channels.of(
                json.get("channel_base").asInt(), json.get("channel_max").asInt(), resolution);
    }

    static OpList opList(String role, Json json) {
        List<Integer> input = new ArrayList<>();
        for (int d : json.get("input").asInts()) {
            input.add(d);
        }
        List<OpList.Step> steps =
                json.get("ops").elements().stream().map(NetworkLoader::step).toList();
        return new OpList(role, input, steps, json.get("output").asString());
    }

    private static OpList.Step step(Json json) {
        OpList.Op op = op(json);
        int channels = intOr(json, "channels", 0);
        return new OpList.Step(
                op,
                json.find("name").map(Json::asString).orElse(""),
                intOr(json, "cin", channels),
                intOr(json, "cout", channels),
                intOr(json, "kernel", 0),
                intOr(json, "stride", 1),
                intOr(json, "padding", 0),
                json.find("bias").map(Json::asBoolean).orElse(false),
                json.find("eps").map(Json::asDouble).orElse(1e-5),
                json.find("slope").map(Json::asDouble).orElse(0.0),
                json.get("in").asStrings(),
                json.get("out").asString());
    }

    private static OpList.Op op(Json json) {
        String name = json.get("op").asString();
        for (OpList.Op op : OpList.Op.values()) {
            if (op.name().toLowerCase(Locale.ROOT).equals(name)) {
                return op;
            }
        }
        throw json.get("op").wrong("expected one of " + List.of(OpList.Op.values()), name);
    }

    private static int intOr(Json json, String key, int otherwise) {
        return json.find(key).map(Json::asInt).orElse(otherwise);
    }
}

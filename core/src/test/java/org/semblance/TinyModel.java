package org.semblance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.json.Json;
import org.semblance.networks.RandomSource;
import org.semblance.networks.latent.LatentMlp;
import org.semblance.networks.oplist.OpListNetwork;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.weights.ModelFolderWriter;

/** A model folder of very small networks with random weights, to be spoiled before it is written. */
final class TinyModel {
    final Map<String, Map<String, HostArray>> tensors = new LinkedHashMap<>();
    final Map<String, Json> descriptions = new LinkedHashMap<>();

    TinyModel(Device device) {
        Map<String, Object> generator = new LinkedHashMap<>(Map.of(
                "img_resolution", 8, "z_dim", 6, "c_dim", 0, "w_dim", 6, "img_channels", 3, "mapping_layers", 2));
        generator.putAll(Map.of("channel_base", 32, "channel_max", 4, "architecture", "skip"));
        put("generator", "stylegan2", Map.of("config", generator));
        put("identity", "ops", Map.of("network", encoder(5)));
        put("attributes", "ops", Map.of("network", encoder(3)));
        put("mapper", "mlp", Map.of("config", Map.of("widths", List.of(8, 7, 6), "slope", 0.2)));
        takeAll(device);
    }

    private void put(String role, String architecture, Map<String, Object> rest) {
        Map<String, Object> entry = new LinkedHashMap<>(
                Map.of("architecture", architecture, "sizes", Map.of(), "training", "none", "licence", "Apache-2.0"));
        entry.putAll(rest);
        descriptions.put(role, Json.of(entry));
    }

    private static Map<String, Object> encoder(int size) {
        return Map.of(
                "input",
                List.of(3, 8, 8),
                "ops",
                List.of(
                        step("conv", "x", "a", Map.of("name", "c", "cin", 3, "cout", 4, "kernel", 3, "padding", 1)),
                        step("bn", "a", "b", Map.of("name", "n", "channels", 4)),
                        step("relu", "b", "c", Map.of()),
                        step("gap", "c", "d", Map.of()),
                        step("linear", "d", "e", Map.of("name", "f", "cin", 4, "cout", size, "bias", true)),
                        step("l2norm", "e", "y", Map.of())),
                "output",
                "y",
                "out_dim",
                size);
    }

    private static Map<String, Object> step(String op, String from, String to, Map<String, Object> rest) {
        Map<String, Object> step = new LinkedHashMap<>(Map.of("op", op, "in", List.of(from), "out", to));
        step.putAll(rest);
        return step;
    }

    /** Lets the networks say which tensors they want. */
    private void takeAll(Device device) {
        RandomSource source = new RandomSource(1);
        StyleGan2Generator.load(
                        NetworkLoader.generatorConfig(
                                descriptions.get("generator").get("config")),
                        source,
                        device,
                        false)
                .close();
        tensors.put("generator", new LinkedHashMap<>(source.taken()));
        for (String role : List.of("identity", "attributes")) {
            source = new RandomSource(2);
            OpListNetwork.load(NetworkLoader.opList(role, descriptions.get(role).get("network")), source, device, false)
                    .close();
            tensors.put(role, new LinkedHashMap<>(source.taken()));
        }
        source = new RandomSource(3);
        LatentMlp.load("mapper", List.of(8, 7, 6), 0.2f, source, device, false).close();
        tensors.put("mapper", new LinkedHashMap<>(source.taken()));
    }

    Path write(Path directory) throws IOException {
        ModelFolderWriter writer = new ModelFolderWriter("tiny", "Apache-2.0");
        for (Map.Entry<String, Json> e : descriptions.entrySet()) {
            writer.add(e.getKey(), e.getValue(), tensors.get(e.getKey()), DType.F32);
        }
        writer.write(directory);
        return directory;
    }
}

package org.semblance.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.semblance.array.HostArray;
import org.semblance.backend.Activation;
import org.semblance.json.Json;
import org.semblance.networks.stylegan2.Architecture;
import org.semblance.networks.stylegan2.Channels;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.nn.ParameterSource;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Tensor;

/**
 * StyleGAN2 generators in two layouts of weights. Pictures and gradients with respect to codes come from the frozen
 * network, gradients with respect to weights from the trainable one, so both are proved.
 */
final class GeneratorCases {
    private GeneratorCases() {}

    static void register(CaseRunners all) {
        all.add("stylegan2_ada_generator", c -> run(c, ada(c.attrs()), CaseParameters.ada(c)));
        all.add("rosinality_generator", c -> run(c, rosinality(c.attrs()), CaseParameters.rosinality(c)));
    }

    private static GeneratorConfig ada(Attributes a) {
        Attributes mapping = a.nested("mapping_kwargs");
        Attributes synthesis = a.nested("synthesis_kwargs");
        mapping.skipUnless("activation", "lrelu");
        synthesis.skipUnless("activation", "lrelu");
        mapping.skipIfPresent("layer_features");
        mapping.skipIfPresent("embed_features");
        int resolution = a.integer("img_resolution", 0);
        return new GeneratorConfig(
                a.integer("z_dim", 512),
                a.integer("c_dim", 0),
                a.integer("w_dim", 512),
                a.integer("img_channels", 3),
                mapping.integer("num_layers", 8),
                mapping.number("lr_multiplier", 0.01),
                Channels.of(
                        synthesis.integer("channel_base", 32768), synthesis.integer("channel_max", 512), resolution),
                Architecture.of(synthesis.text("architecture", "skip")),
                (float) synthesis.number("conv_clamp", Activation.NO_CLAMP));
    }

    private static GeneratorConfig rosinality(Attributes a) {
        int size = a.integer("size", 0);
        return new GeneratorConfig(
                a.integer("style_dim", 512),
                0,
                a.integer("style_dim", 512),
                3,
                a.integer("n_mlp", 8),
                a.number("lr_mlp", 0.01),
                rosinalityChannels(a, size),
                Architecture.SKIP,
                Activation.NO_CLAMP);
    }

    static Channels rosinalityChannels(Attributes a, int size) {
        Json stated = a.json().get("channels");
        List<Integer> counts = new ArrayList<>();
        for (int r = 4; r <= size; r *= 2) {
            counts.add(stated.get(Integer.toString(r)).asInt());
        }
        return new Channels(counts);
    }

    private static void run(CaseContext c, GeneratorConfig config, ParameterSource source) throws IOException {
        try (StyleGan2Generator frozen = StyleGan2Generator.load(config, source, c.device(), false)) {
            for (ExpectedTensor e : c.oracle().outputs()) {
                if (e.name().matches("w|ws\\..*|img\\..*")) {
                    c.put(e.name(), output(c, frozen, e));
                }
            }
            inner(c, frozen);
            codeGradient(c, frozen, "ws");
            codeGradient(c, frozen, "z");
        }
        if (expectsPrefix(c, "gradp")) {
            try (StyleGan2Generator trainable = StyleGan2Generator.load(config, source, c.device(), true)) {
                weightGradients(c, trainable, "gradp.", "ws");
                weightGradients(c, trainable, "gradp_z.", "z");
            }
        }
    }

    private static Tensor output(CaseContext c, StyleGan2Generator g, ExpectedTensor e) throws IOException {
        if (e.name().equals("w")) {
            return g.map(c.input("z"), c.inputOrNull("c"));
        }
        Optional<Json> how = e.how();
        Truncation truncation = new Truncation(
                (float) (double)
                        how.flatMap(h -> h.find("psi")).map(Json::asDouble).orElse(1.0),
                how.flatMap(h -> h.find("cutoff")).map(Json::asInt).orElse(Truncation.ALL_LAYERS));
        boolean fromCodes = how.flatMap(h -> h.find("from"))
                .map(f -> f.asString().equals("ws"))
                .orElse(false);
        Tensor ws = fromCodes ? g.truncated(c.input("ws"), truncation) : styles(c, g, truncation);
        return e.name().startsWith("ws.") ? ws : g.synthesise(ws, noise(how));
    }

    private static Tensor styles(CaseContext c, StyleGan2Generator g, Truncation truncation) throws IOException {
        return g.broadcast(g.map(c.input("z"), c.inputOrNull("c")), truncation);
    }

    private static Noise noise(Optional<Json> how) {
        String mode = how.flatMap(h -> h.find("noise")).map(Json::asString).orElse("const");
        return switch (mode) {
            case "const" -> Noise.constant();
            case "none" -> Noise.none();
            default -> throw new SkippedCase("noise '" + mode + "' has no reference");
        };
    }

    /** Feature maps and pictures of the blocks, from the stated ws and stored noise. */
    private static void inner(CaseContext c, StyleGan2Generator g) throws IOException {
        Map<String, HostArray> seen = new LinkedHashMap<>();
        if (expectsPrefix(c, "inter.")) {
            g.synthesise(c.input("ws"), Noise.constant(), (name, t) -> seen.put("inter." + name, t.toHost()));
        }
        seen.forEach((name, values) -> {
            if (c.expects(name)) {
                c.put(name, values);
            }
        });
    }

    private static boolean expectsPrefix(CaseContext c, String prefix) {
        return c.oracle().outputs().stream().anyMatch(e -> e.name().startsWith(prefix));
    }

    private static void codeGradient(CaseContext c, StyleGan2Generator g, String from) throws IOException {
        if (c.expects("grad." + from)) {
            c.put(
                    "grad." + from,
                    Gradients.of(image(c, g, from)).seed(c.input("up.img")).wrt(c.input(from)));
        }
    }

    private static Tensor image(CaseContext c, StyleGan2Generator g, String from) throws IOException {
        Tensor ws = from.equals("ws") ? c.input("ws") : styles(c, g, Truncation.none());
        return g.synthesise(ws, Noise.constant());
    }

    private static void weightGradients(CaseContext c, StyleGan2Generator g, String prefix, String from)
            throws IOException {
        if (!expectsPrefix(c, prefix)) {
            return;
        }
        Map<String, Tensor> all = g.parameters().all();
        List<String> names =
                all.keySet().stream().filter(name -> c.expects(prefix + name)).collect(Collectors.toList());
        List<Tensor> wanted =
                names.stream().map(n -> Objects.requireNonNull(all.get(n))).toList();
        List<Tensor> grads =
                Gradients.of(image(c, g, from)).seed(c.input("up.img")).wrt(wanted);
        for (int i = 0; i < names.size(); i++) {
            c.put(prefix + names.get(i), grads.get(i));
        }
    }
}

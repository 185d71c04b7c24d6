package org.semblance.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.semblance.json.Json;
import org.semblance.networks.stylegan1.StyleGan1Config;
import org.semblance.networks.stylegan1.StyleGan1Generator;
import org.semblance.networks.stylegan1.StyleGan1Ops;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Tensor;

/** The paper's generator and its operations. */
final class StyleGan1Cases {
    private StyleGan1Cases() {}

    static void register(CaseRunners all) {
        all.add("stylegan1_adain_generator", StyleGan1Cases::generator);
        all.add(
                "sg1_fused_upscale2d_conv2d",
                c -> c.putImage("y", StyleGan1Ops.fusedUpscale(c.image("x"), c.input("w"))));
        all.add("sg1_upscale2d_conv2d", c -> c.putImage("y", StyleGan1Ops.upscale(c.image("x"), c.input("w"))));
        all.add("sg1_blur2d", c -> c.putImage("y", StyleGan1Ops.blur(c.image("x"))));
        all.add(
                "sg1_instance_norm",
                c -> c.putImage("y", StyleGan1Ops.instanceNorm(c.image("x"), (float)
                        c.attrs().number("eps", 1e-8))));
        all.add("sg1_style_mod", c -> c.putImage("y", StyleGan1Ops.style(c.image("x"), c.input("style"))));
    }

    private static void generator(CaseContext c) throws IOException {
        CaseParameters source = CaseParameters.ada(c);
        StyleGan1Config config = StyleGan1Config.infer(source);
        try (StyleGan1Generator frozen = StyleGan1Generator.load(config, source, c.device(), false)) {
            for (ExpectedTensor e : c.oracle().outputs()) {
                if (e.name().startsWith("img")
                        || e.name().equals("w")
                        || e.name().startsWith("ws.")) {
                    c.put(e.name(), output(c, frozen, e));
                }
            }
            for (String from : List.of("ws", "z")) {
                if (c.expects("grad." + from)) {
                    Tensor image = image(c, frozen, from);
                    c.put(
                            "grad." + from,
                            Gradients.of(image).seed(c.input("up.img")).wrt(c.input(from)));
                }
            }
        }
        weightGradients(c, config, source);
    }

    private static Tensor output(CaseContext c, StyleGan1Generator g, ExpectedTensor e) throws IOException {
        if (e.name().equals("w")) {
            return g.map(c.input("z"));
        }
        Optional<Json> how = e.how();
        Truncation truncation = new Truncation(
                (float) (double)
                        how.flatMap(h -> h.find("psi")).map(Json::asDouble).orElse(1.0),
                how.flatMap(h -> h.find("cutoff")).map(Json::asInt).orElse(StyleGan1Generator.TRUNCATED_LAYERS));
        if (e.name().startsWith("ws.")) {
            return g.broadcast(g.map(c.input("z")), truncation);
        }
        boolean fromZ = how.flatMap(h -> h.find("from"))
                .map(f -> f.asString().equals("z"))
                .orElse(false);
        boolean silent = how.flatMap(h -> h.find("noise"))
                .map(n -> n.asString().equals("none"))
                .orElse(false);
        Tensor ws = fromZ ? g.broadcast(g.map(c.input("z")), truncation) : c.input("ws");
        return g.synthesise(ws, silent ? Noise.none() : Noise.constant());
    }

    private static Tensor image(CaseContext c, StyleGan1Generator g, String from) throws IOException {
        Tensor ws = from.equals("ws") ? c.input("ws") : g.broadcast(g.map(c.input("z")), Truncation.none());
        return g.synthesise(ws, Noise.constant());
    }

    private static void weightGradients(CaseContext c, StyleGan1Config config, CaseParameters source)
            throws IOException {
        List<String> names = c.oracle().outputs().stream()
                .map(ExpectedTensor::name)
                .filter(name -> name.startsWith("gradp."))
                .map(name -> name.substring("gradp.".length()))
                .toList();
        if (names.isEmpty()) {
            return;
        }
        try (StyleGan1Generator trainable = StyleGan1Generator.load(config, source, c.device(), true)) {
            List<Tensor> wanted = new ArrayList<>();
            names.forEach(name -> wanted.add(
                    Objects.requireNonNull(trainable.parameters().all().get(name), name)));
            List<Tensor> grads = Gradients.of(image(c, trainable, "ws"))
                    .seed(c.input("up.img"))
                    .wrt(wanted);
            for (int i = 0; i < names.size(); i++) {
                c.put("gradp." + names.get(i), grads.get(i));
            }
        }
    }
}

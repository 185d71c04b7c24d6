package org.semblance.verify;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.semblance.backend.Device;
import org.semblance.json.Json;
import org.semblance.networks.convnet.InceptionV3;
import org.semblance.networks.convnet.ResNet50;
import org.semblance.networks.latent.LatentMlp;
import org.semblance.networks.stylegan1.StyleGan1Generator;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGan2Discriminator;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.ops.Norm;
import org.semblance.pretrained.Pretrained;
import org.semblance.tensor.Tensor;
import org.semblance.weights.Weights;
import org.semblance.weights.files.NetworkPart;
import org.semblance.weights.files.WeightsFile;

/** What the networks of a file compute from the inputs that lie beside the expected tensors. */
final class FileOutputs {
    static final String PREFIX = "out.";

    private final FileCase oracle;
    private final WeightsFile file;
    private final Weights expected;
    private final Device device;

    FileOutputs(FileCase oracle, WeightsFile file, Weights expected, Device device) {
        this.oracle = oracle;
        this.file = file;
        this.expected = expected;
        this.device = device;
    }

    /** The outputs of the part's network by name, on the host. */
    Map<String, double[]> of(NetworkPart part) throws IOException {
        Map<String, double[]> outputs = new LinkedHashMap<>();
        if (expected.names().stream().noneMatch(name -> name.startsWith(PREFIX))) {
            return outputs;
        }
        switch (Pretrained.Kind.of(part)) {
            case STYLEGAN2_GENERATOR -> generator(part, outputs);
            case STYLEGAN1_GENERATOR -> styleGan1(part, outputs);
            case RESNET50, VGGFACE2_RESNET50 -> resNet(part, outputs);
            case INCEPTIONV3 -> inception(part, outputs);
            case LATENT_MLP -> mlp(part, outputs);
            case STYLEGAN2_DISCRIMINATOR -> {}
        }
        return outputs;
    }

    private Tensor input(String name) throws IOException {
        return Tensor.of(device, expected.raw(name));
    }

    private @Nullable Tensor inputOrNull(String name) throws IOException {
        return expected.contains(name) ? input(name) : null;
    }

    private void generator(NetworkPart part, Map<String, double[]> outputs) throws IOException {
        try (StyleGan2Generator g = Pretrained.generator(part, device, false)) {
            for (String name : expected.names()) {
                if (name.equals("out.w")) {
                    outputs.put(name, host(g.map(input("z"), inputOrNull("c"))));
                } else if (name.startsWith("out.img")) {
                    outputs.put(name, host(image(g, name)));
                } else if (name.startsWith("out.D_logits_of_")) {
                    outputs.put(name, logits(name));
                }
            }
        }
    }

    private Tensor image(StyleGan2Generator g, String name) throws IOException {
        Truncation truncation = truncation(name, Truncation.ALL_LAYERS);
        if (expected.contains("ws") && text(name, "from").equals("ws")) {
            return g.synthesise(g.truncated(input("ws"), truncation), noise(name));
        }
        return g.synthesise(g.broadcast(g.map(input("z"), inputOrNull("c")), truncation), noise(name));
    }

    /** The discriminator's judgement of a picture that is expected too. */
    private double[] logits(String name) throws IOException {
        String picture = PREFIX + name.substring("out.D_logits_of_".length());
        NetworkPart part = file.parts().stream()
                .filter(p -> Pretrained.Kind.of(p) == Pretrained.Kind.STYLEGAN2_DISCRIMINATOR)
                .findFirst()
                .orElseThrow(() -> new IOException("oracle: " + name + " needs a discriminator, got none"));
        try (StyleGan2Discriminator d = Pretrained.discriminator(part, device, false)) {
            return host(d.apply(input(picture), inputOrNull("c")));
        }
    }

    private void styleGan1(NetworkPart part, Map<String, double[]> outputs) throws IOException {
        try (StyleGan1Generator g = Pretrained.styleGan1(part, device, false)) {
            for (String name : expected.names()) {
                if (name.equals("out.w")) {
                    outputs.put(name, host(g.map(input("z"))));
                } else if (name.startsWith("out.img")) {
                    Tensor ws = expected.contains("ws")
                            ? input("ws")
                            : g.broadcast(g.map(input("z")), truncation(name, StyleGan1Generator.TRUNCATED_LAYERS));
                    outputs.put(name, host(g.synthesise(ws, noise(name))));
                }
            }
        }
    }

    private void resNet(NetworkPart part, Map<String, double[]> outputs) throws IOException {
        try (ResNet50 network = Pretrained.resNet50(part, device, false)) {
            Tensor y = network.apply(input("x"));
            for (String name : expected.names()) {
                if (name.startsWith(PREFIX)) {
                    boolean unit = name.endsWith(".y") && network.variant() == ResNet50.Variant.VGGFACE2;
                    outputs.put(name, host(unit ? Norm.l2(y) : y));
                }
            }
        }
    }

    private void inception(NetworkPart part, Map<String, double[]> outputs) throws IOException {
        try (InceptionV3 network = Pretrained.inceptionV3(part, device, false)) {
            all(network.apply(input("x")), outputs);
        }
    }

    private void mlp(NetworkPart part, Map<String, double[]> outputs) throws IOException {
        try (LatentMlp network = Pretrained.latentMlp(part, device, false)) {
            all(network.apply(input("x")), outputs);
        }
    }

    private void all(Tensor y, Map<String, double[]> outputs) {
        expected.names().stream().filter(name -> name.startsWith(PREFIX)).forEach(name -> outputs.put(name, host(y)));
    }

    private Truncation truncation(String name, int cutoff) {
        Json how = oracle.how(name);
        return new Truncation(
                (float) (double) how.find("psi").map(Json::asDouble).orElse(1.0),
                how.find("cutoff").map(Json::asInt).orElse(cutoff));
    }

    private Noise noise(String name) {
        Optional<Json> mode = oracle.how(name).find("noise");
        boolean silent = mode.isPresent() ? mode.get().asString().equals("none") : name.contains(".none");
        return silent ? Noise.none() : Noise.constant();
    }

    private String text(String name, String key) {
        return oracle.how(name).find(key).map(Json::asString).orElse("");
    }

    private static double[] host(Tensor t) {
        float[] values = t.toHost().data();
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }
}

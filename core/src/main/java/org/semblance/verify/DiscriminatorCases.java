package org.semblance.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.networks.stylegan2.Architecture;
import org.semblance.networks.stylegan2.Channels;
import org.semblance.networks.stylegan2.DiscriminatorConfig;
import org.semblance.networks.stylegan2.StyleGan2Discriminator;
import org.semblance.nn.ParameterSource;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Reduce;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Tensor;

/** StyleGAN2 discriminators in two layouts of weights, with R1 through double backward. */
final class DiscriminatorCases {
    private DiscriminatorCases() {}

    static void register(CaseRunners all) {
        all.add("stylegan2_ada_discriminator", c -> run(c, ada(c.attrs()), CaseParameters.ada(c)));
        all.add("rosinality_discriminator", c -> {
            ParameterSource source = CaseParameters.rosinality(c);
            run(c, rosinality(c.attrs(), source), source);
        });
    }

    private static DiscriminatorConfig ada(Attributes a) {
        Attributes epilogue = a.nested("epilogue_kwargs");
        a.nested("block_kwargs").skipUnless("activation", "lrelu");
        epilogue.skipUnless("activation", "lrelu");
        int resolution = a.integer("img_resolution", 0);
        Channels channels = Channels.of(a.integer("channel_base", 32768), a.integer("channel_max", 512), resolution);
        boolean wholeBatch = epilogue.isNull("mbstd_group_size");
        return new DiscriminatorConfig(
                a.integer("c_dim", 0),
                a.integer("img_channels", 3),
                channels,
                Architecture.of(a.text("architecture", "resnet")),
                (float) a.number("conv_clamp", Activation.NO_CLAMP),
                a.integer("cmap_dim", channels.at(4)),
                a.nested("mapping_kwargs").integer("num_layers", 8),
                wholeBatch ? 0 : epilogue.integer("mbstd_group_size", 4),
                epilogue.integer("mbstd_num_channels", 1));
    }

    /** Channels stand in the weights: those of the picture's layer, and what each block gives on. */
    private static DiscriminatorConfig rosinality(Attributes a, ParameterSource source) {
        List<Integer> counts = new ArrayList<>();
        for (int r = a.integer("size", 0); r > 4; r /= 2) {
            Shape conv0 = Objects.requireNonNull(source.shapeOf("b" + r + ".conv0.weight"));
            counts.add(0, conv0.dim(0));
        }
        counts.add(0, Objects.requireNonNull(source.shapeOf("b4.conv.weight")).dim(0));
        return DiscriminatorConfig.standard(new Channels(counts), 0, Activation.NO_CLAMP);
    }

    private static void run(CaseContext c, DiscriminatorConfig config, ParameterSource source) throws IOException {
        try (StyleGan2Discriminator d = StyleGan2Discriminator.load(config, source, c.device(), true)) {
            Tensor image = c.input("img").track();
            Tensor logits = d.apply(image, c.inputOrNull("c"));
            c.put("logits", logits);
            if (c.expects("grad.img")) {
                c.put(
                        "grad.img",
                        Gradients.of(logits).seed(c.input("up.logits")).wrt(image));
            }
            putGradients(c, d, "gradp.", Gradients.of(logits), c.has("up.logits") ? c.input("up.logits") : null);
            penalty(c, d, image, logits);
        }
    }

    /** {@code mean ||d sum(D) / d img||^2 gamma / 2}. */
    private static void penalty(CaseContext c, StyleGan2Discriminator d, Tensor image, Tensor logits)
            throws IOException {
        if (!c.expects("r1.loss")) {
            return;
        }
        Tensor slope = Gradients.of(logits).recorded().wrt(image);
        Tensor perSample = Reduce.sum(Elementwise.square(slope), 1, 2, 3);
        float gamma = (float) c.attrs().number("r1_gamma", 10);
        Tensor loss = Elementwise.scale(Reduce.meanAll(perSample), gamma / 2);
        c.put("r1.per_sample", Shapes.reshape(perSample, image.dim(0)));
        c.put("r1.loss", Shapes.reshape(loss, 1));
        putGradients(c, d, "gradp_r1.", Gradients.of(loss), null);
    }

    private static void putGradients(
            CaseContext c, StyleGan2Discriminator d, String prefix, Gradients gradients, @Nullable Tensor seed) {
        Map<String, Tensor> all = d.parameters().all();
        List<String> names =
                all.keySet().stream().filter(n -> c.expects(prefix + n)).toList();
        if (names.isEmpty()) {
            return;
        }
        List<Tensor> wanted =
                names.stream().map(n -> Objects.requireNonNull(all.get(n))).toList();
        List<Tensor> grads = (seed == null ? gradients : gradients.seed(seed)).wrt(wanted);
        for (int i = 0; i < names.size(); i++) {
            c.put(prefix + names.get(i), grads.get(i));
        }
    }
}

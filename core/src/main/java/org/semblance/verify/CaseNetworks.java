package org.semblance.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.semblance.backend.Activation;
import org.semblance.backend.ConvSpec;
import org.semblance.json.Json;
import org.semblance.networks.StagedFeatures;
import org.semblance.networks.stylegan2.Architecture;
import org.semblance.networks.stylegan2.Channels;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.nn.Linear;
import org.semblance.ops.Conv2d;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Norm;
import org.semblance.ops.Pool2d;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Tensor;
import org.semblance.training.StepNetworks;

/** The networks of a training case: a StyleGAN2 generator, small stand-ins for the encoders, dense layers. */
final class CaseNetworks implements AutoCloseable {
    private final CaseContext c;
    private final StyleGan2Generator generator;
    private final Map<String, Tensor> trained = new LinkedHashMap<>();

    CaseNetworks(CaseContext c) throws IOException {
        this.c = c;
        for (String order : List.of("G_trainable_order", "W_D_trainable_order")) {
            for (String name : c.attrs().json().get(order).asStrings()) {
                trained.put(name, Tensor.of(c.device(), c.host(name)).track());
            }
        }
        for (String name : c.oracle().inputs().keySet()) {
            if (!name.startsWith("G.") && !trained.containsKey(name)) {
                c.input(name); // made here, as scopes of steps free what is made in them
            }
        }
        generator = StyleGan2Generator.load(config(), CaseParameters.synthesis(c), c.device(), false);
    }

    private GeneratorConfig config() {
        Attributes attrs = c.attrs();
        Attributes g = attrs.nested("nets").nested("G");
        return new GeneratorConfig(
                attrs.integer("w_dim", 0),
                0,
                attrs.integer("w_dim", 0),
                3,
                1,
                0.01,
                Channels.of(g.integer("channel_base", 0), g.integer("channel_max", 0), attrs.integer("resolution", 0)),
                Architecture.of(g.text("architecture", "skip")),
                Activation.NO_CLAMP);
    }

    /** The trained tensors of one order. */
    Map<String, Tensor> trained(String order) {
        Map<String, Tensor> chosen = new LinkedHashMap<>();
        c.attrs()
                .json()
                .get(order)
                .asStrings()
                .forEach(name -> chosen.put(name, Objects.requireNonNull(trained.get(name))));
        return chosen;
    }

    /** An input picture, from [0, 1] to [-1, 1]. */
    Tensor image(String name) throws IOException {
        return Elementwise.affine(c.input(name), 2, -1);
    }

    StepNetworks functions() {
        return new StepNetworks(
                x -> new StagedFeatures(List.of(), identity(x)),
                this::landmarks,
                w -> generator.synthesise(generator.broadcast(w, Truncation.none()), Noise.constant()),
                this::attributes,
                z -> dense(z, "mapping"),
                w -> dense(w, "W_D"));
    }

    private Tensor identity(Tensor x) {
        Tensor mean = Shapes.flatten(Pool2d.globalAvg(convolved(x, "id")));
        Tensor code = Linear.keras(mean, get("id.dense.kernel"), get("id.dense.bias"), Activation.linear());
        return Norm.l2(code);
    }

    private Tensor landmarks(Tensor x) {
        Tensor features = convolved(x, "lm");
        int window = features.dim(2) / 4;
        Tensor pooled = Shapes.flatten(Pool2d.avg(features, Pool2d.valid(window, window, window, window)));
        Tensor y = Linear.keras(pooled, get("lm.dense.kernel"), get("lm.dense.bias"), Activation.linear());
        return Elementwise.sigmoid(y);
    }

    private Tensor attributes(Tensor x) {
        return Shapes.flatten(Pool2d.globalAvg(convolved(x, "attr")));
    }

    private Tensor convolved(Tensor x, String net) {
        List<Json> convs =
                c.attrs().nested("nets").nested(net).json().get("convs").elements();
        Tensor y = x;
        for (int i = 0; i < convs.size(); i++) {
            Attributes conv = new Attributes(convs.get(i));
            ConvSpec spec = ConvSpec.of(conv.integer("stride", 1), conv.integer("pad", 0));
            Tensor weight = get(net + ".conv" + i + ".weight");
            Tensor beta = found(net + ".bn" + i + ".beta");
            y = beta == null
                    ? Conv2d.biasAct(y, weight, get(net + ".conv" + i + ".bias"), Activation.linear(), spec)
                    : normalised(y, weight, net + ".bn" + i + ".moving_", beta, spec);
            y = conv.text("act", "relu").equals("tanh") ? Elementwise.tanh(y) : Elementwise.relu(y);
        }
        return y;
    }

    /** A convolution and the normalisation behind it, whose statistics are constants, as one. */
    private Tensor normalised(Tensor x, Tensor weight, String statistics, Tensor beta, ConvSpec spec) {
        float[] mean = get(statistics + "mean").toHost().data();
        float[] factor = get(statistics + "variance").toHost().data();
        for (int i = 0; i < factor.length; i++) {
            double f = 1 / Math.sqrt(factor[i] + 1e-3);
            factor[i] = (float) f;
            mean[i] = (float) (mean[i] * f);
        }
        Tensor folded = Elementwise.mul(weight, Tensor.of(c.device(), factor, factor.length, 1, 1, 1));
        Tensor shift = Elementwise.sub(beta, Tensor.of(c.device(), mean, mean.length));
        return Conv2d.biasAct(x, folded, shift, Activation.linear(), spec);
    }

    private Tensor dense(Tensor x, String net) {
        List<String> kernels = new ArrayList<>(trained.keySet().stream()
                .filter(name -> name.startsWith(net + ".") && name.endsWith(".kernel"))
                .sorted(Comparator.naturalOrder())
                .toList());
        Tensor y = x;
        for (String kernel : kernels) {
            boolean last = kernel.equals(kernels.get(kernels.size() - 1));
            Tensor bias = get(kernel.replaceFirst("kernel$", "bias"));
            y = Linear.keras(y, get(kernel), bias, last ? Activation.linear() : Activation.leakyRelu(0.2f));
        }
        return y;
    }

    private Tensor get(String name) {
        return Objects.requireNonNull(found(name), name);
    }

    private @Nullable Tensor found(String name) {
        Tensor known = trained.get(name);
        if (known != null) {
            return known;
        }
        try {
            return c.inputOrNull(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        generator.close();
    }
}

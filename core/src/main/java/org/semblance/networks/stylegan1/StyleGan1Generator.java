package org.semblance.networks.stylegan1;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGenerator;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.nn.Linear;
import org.semblance.nn.ParameterSource;
import org.semblance.nn.Parameters;
import org.semblance.ops.BiasAct;
import org.semblance.ops.Conv2d;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Layouts;
import org.semblance.ops.Norm;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * The StyleGAN generator (Karras et al. 2019) with which the paper's authors worked: styles enter by adaptive instance
 * normalisation. Differentiable in everything; frozen unless loaded for training. Names and layouts are those of the
 * authors' Keras model, {@code G_synthesis/8x8/Conv1/kernel [3, 3, in, out]}.
 */
public final class StyleGan1Generator implements StyleGenerator {
    /** Layers that the authors truncate. */
    public static final int TRUNCATED_LAYERS = 8;
    /** Learning-rate multiplier of the mapping network, which is the gain of its biases. */
    public static final double MAPPING_LR = 0.01;

    private static final Activation LEAKY = Activation.leakyRelu(0.2f);

    private final StyleGan1Config config;
    private final Parameters parameters;
    private final List<Dense> mapping = new ArrayList<>();
    private final Tensor mean;
    private final Tensor start;
    private final List<Layer> layers = new ArrayList<>();
    private final Equalised toRgb;
    private final Tensor toRgbBias;

    private record Dense(Equalised kernel, Tensor bias) {}

    /** A convolution, one of two kinds or none, and what follows it. */
    private record Layer(@Nullable Upscale up, @Nullable Equalised conv, Epilogue epilogue) {
        Tensor apply(Tensor x, Tensor w, Noise noise) {
            Tensor y = up != null ? up.apply(x) : conv != null ? Conv2d.of(x, conv.get(), ConvSpec.padded(1)) : x;
            return epilogue.apply(y, w, noise);
        }
    }

    private StyleGan1Generator(StyleGan1Config config, Parameters p) {
        this.config = config;
        parameters = p;
        int in = config.zDim();
        for (int i = 0; i < config.mappingLayers(); i++) {
            Tensor kernel = p.take(dense(i) + "kernel", in, config.wDim());
            mapping.add(new Dense(
                    new Equalised(p, kernel, Math.sqrt(2) * MAPPING_LR / Math.sqrt(in), Shapes::transpose),
                    p.take(dense(i) + "bias", config.wDim())));
            in = config.wDim();
        }
        mean = p.buffer("Truncation/dlatent_avg", config.wDim());
        int c = config.channels().at(4);
        start = p.take("G_synthesis/4x4/Const/const", 1, c, 4, 4);
        layers.add(new Layer(null, null, epilogue(p, "G_synthesis/4x4/Const", c, 4)));
        layers.add(layer(p, "G_synthesis/4x4/Conv", c, 4));
        for (int r = 8; r <= config.resolution(); r *= 2) {
            addBlock(p, r);
        }
        int last = config.channels().at(config.resolution());
        Tensor kernel = p.take("G_synthesis/ToRGB_lod0/kernel", 1, 1, last, config.imageChannels());
        toRgb = new Equalised(p, kernel, 1 / Math.sqrt(last), Conv2d::fromKeras);
        toRgbBias = p.take("G_synthesis/ToRGB_lod0/bias", config.imageChannels());
    }

    static String dense(int i) {
        return "G_mapping/Dense" + i + "/";
    }

    private void addBlock(Parameters p, int r) {
        String name = "G_synthesis/" + r + "x" + r;
        int c = config.channels().at(r);
        Upscale up = new Upscale(p, name + "/Conv0_up", config.channels().at(r / 2), c);
        layers.add(new Layer(up, null, epilogue(p, name + "/Conv0_up", c, r)));
        layers.add(layer(p, name + "/Conv1", c, r));
    }

    private Layer layer(Parameters p, String name, int c, int r) {
        Tensor kernel = p.take(name + "/kernel", 3, 3, c, c);
        Equalised conv = new Equalised(p, kernel, Math.sqrt(2.0 / (9 * c)), Conv2d::fromKeras);
        return new Layer(null, conv, epilogue(p, name, c, r));
    }

    private Epilogue epilogue(Parameters p, String name, int c, int r) {
        return new Epilogue(p, name, layers.size(), c, r, config.wDim());
    }

    /** Takes the weights from a source. */
    public static StyleGan1Generator load(
            StyleGan1Config config, ParameterSource source, Device device, boolean trainable) {
        return Parameters.load("stylegan1", device, source, trainable, p -> new StyleGan1Generator(config, p));
    }

    /** What determines it but its weights. */
    public StyleGan1Config config() {
        return config;
    }

    @Override
    public int zDim() {
        return config.zDim();
    }

    @Override
    public int cDim() {
        return 0;
    }

    @Override
    public int wDim() {
        return config.wDim();
    }

    @Override
    public int numWs() {
        return config.numWs();
    }

    @Override
    public int resolution() {
        return config.resolution();
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public Tensor wAvg() {
        parameters.requireOpen();
        return mean;
    }

    @Override
    public Tensor map(Tensor z, @Nullable Tensor label) {
        if (label != null) {
            throw new IllegalArgumentException("stylegan1: it has no labels, got " + label.shape());
        }
        return map(z);
    }

    /** {@code [N, zDim]} to {@code [N, wDim]}. */
    public Tensor map(Tensor z) {
        parameters.requireOpen();
        requireRows(z, config.zDim(), "z");
        return Scope.in("mapping", () -> {
            Tensor x = Norm.secondMoment(z, 1, 1e-8f);
            for (Dense dense : mapping) {
                Tensor y = Linear.of(x, dense.kernel().get(), null, Activation.linear());
                x = BiasAct.of(y, Elementwise.scale(dense.bias(), (float) MAPPING_LR), 1, LEAKY);
            }
            return x;
        });
    }

    /** {@code [N, wDim]} to {@code [N, numWs, wDim]}, truncated; the authors cut at {@link #TRUNCATED_LAYERS}. */
    @Override
    public Tensor broadcast(Tensor w, Truncation truncation) {
        parameters.requireOpen();
        requireRows(w, config.wDim(), "w");
        int n = config.numWs();
        return Scope.in("broadcast", () -> {
            Tensor row = Shapes.reshape(w, w.dim(0), 1, config.wDim());
            Tensor plain = Shapes.broadcastTo(row, Shape.of(w.dim(0), n, config.wDim()));
            int cut = Math.min(truncation.cutoff(), n);
            if (truncation.psi() == 1 || cut == 0) {
                return plain;
            }
            Tensor centre = Shapes.reshape(mean, 1, 1, config.wDim());
            Tensor drawn = Elementwise.add(centre, Elementwise.scale(Elementwise.sub(row, centre), truncation.psi()));
            Tensor head = Shapes.broadcastTo(drawn, Shape.of(w.dim(0), cut, config.wDim()));
            return cut == n ? head : Shapes.concat(1, List.of(head, Shapes.narrow(plain, 1, cut, n)));
        });
    }

    @Override
    public Tensor synthesise(Tensor ws, Noise noise) {
        parameters.requireOpen();
        if (ws.rank() != 3 || ws.dim(1) != config.numWs() || ws.dim(2) != config.wDim()) {
            throw new IllegalArgumentException(
                    "stylegan1: ws must be [N, " + config.numWs() + ", " + config.wDim() + "], got " + ws.shape());
        }
        return Scope.in("synthesis", () -> {
            int[] d = start.shape().dims();
            Tensor x = Shapes.broadcastTo(start, Shape.of(ws.dim(0), d[1], d[2], d[3]));
            for (int i = 0; i < layers.size(); i++) {
                int index = i;
                Tensor before = x;
                x = Scope.in("layer", () -> layers.get(index).apply(before, Shapes.select(ws, 1, index), noise));
            }
            return BiasAct.of(Conv2d.of(x, toRgb.get(), ConvSpec.padded(0)), toRgbBias, 1, Activation.linear());
        });
    }

    @Override
    public Tensor synthesise(Tensor ws, Noise noise, Precision precision) {
        refusal(precision).ifPresent(reason -> {
            throw new UnsupportedOperationException("stylegan1: " + precision + " cannot be had: " + reason);
        });
        return synthesise(ws, noise);
    }

    @Override
    public byte[] pixels(Tensor ws, Noise noise, Precision precision) {
        if (config.imageChannels() != 3) {
            throw new IllegalArgumentException(
                    "image: a batch must be [N, 3, H, W], got " + config.imageChannels() + " channels");
        }
        byte[] rgb = new byte[Math.multiplyExact(3 * resolution() * resolution(), ws.dim(0))];
        try (Scope scope = Scope.open("pixels")) {
            device().backend()
                    .pixels(Layouts.plain(synthesise(ws, noise, precision)).array(), rgb);
        }
        return rgb;
    }

    @Override
    public Optional<String> refusal(Precision precision) {
        parameters.requireOpen();
        return precision == Precision.FLOAT32
                ? Optional.empty()
                : Optional.of("only StyleGAN2's networks are planned, got a StyleGAN");
    }

    private static void requireRows(Tensor t, int size, String what) {
        if (t.rank() != 2 || t.dim(1) != size) {
            throw new IllegalArgumentException("stylegan1: " + what + " must be [N, " + size + "], got " + t.shape());
        }
    }

    @Override
    public void close() {
        parameters.close();
    }
}

package org.semblance.networks.stylegan1;

import org.jspecify.annotations.Nullable;
import org.semblance.backend.Activation;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.nn.Linear;
import org.semblance.nn.Parameters;
import org.semblance.ops.BiasAct;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Reduce;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Tensor;

/**
 * What follows each convolution: noise, bias, leaky ReLU 0.2 without gain, and adaptive instance normalisation
 * {@code (x - mean) / sqrt(var + 1e-8) * (s0 + 1) + s1}, where {@code [s0, s1] = style(w)}.
 */
final class Epilogue {
    private static final Activation LEAKY = Activation.leakyRelu(0.2f);
    private static final float EPS = 1e-8f;

    private final String name;
    private final int resolution;
    private final Tensor noise;
    private final Tensor noiseWeight;
    private final Tensor bias;
    private final Equalised style;
    private final Tensor styleBias;

    Epilogue(Parameters p, String name, int index, int channels, int resolution, int wDim) {
        this.name = name;
        this.resolution = resolution;
        noise = p.buffer("G_synthesis/noise" + index + "/noise", 1, 1, resolution, resolution);
        noiseWeight = p.take(name + "/Noise/weight", channels);
        bias = p.take(name + "/bias/bias", channels);
        style = new Equalised(
                p, p.take(name + "/StyleMod/kernel", wDim, 2 * channels), 1 / Math.sqrt(wDim), Shapes::transpose);
        styleBias = p.take(name + "/StyleMod/bias", 2 * channels);
    }

    /** {@code [N, C, R, R]} and {@code [N, wDim]} to {@code [N, C, R, R]}. */
    Tensor apply(Tensor x, Tensor w, Noise mode) {
        Tensor map = map(mode, x.dim(0));
        Tensor noisy = map == null
                ? x
                : Elementwise.add(x, Elementwise.mul(map, Shapes.reshape(noiseWeight, 1, noiseWeight.dim(0), 1, 1)));
        Tensor y = normalised(BiasAct.of(noisy, bias, 1, LEAKY), EPS);
        return styled(y, Linear.of(w, style.get(), styleBias, Activation.linear()));
    }

    /** Normalises each channel of each picture by its mean and biased variance. */
    static Tensor normalised(Tensor x, float eps) {
        Tensor centred = Elementwise.sub(x, Reduce.mean(x, 2, 3));
        Tensor variance = Reduce.mean(Elementwise.square(centred), 2, 3);
        return Elementwise.mul(centred, Elementwise.rsqrt(Elementwise.shift(variance, eps)));
    }

    /** {@code x (s0 + 1) + s1} with {@code [N, 2 C]} styles, all factors first. */
    static Tensor styled(Tensor x, Tensor style) {
        int channels = x.dim(1);
        Tensor pair = Shapes.reshape(style, x.dim(0), 2, channels, 1, 1);
        Tensor factor = Elementwise.shift(Shapes.select(pair, 1, 0), 1);
        return Elementwise.add(Elementwise.mul(x, factor), Shapes.select(pair, 1, 1));
    }

    private @Nullable Tensor map(Noise mode, int n) {
        return switch (mode.mode()) {
            case NONE -> null;
            case CONST -> noise;
            case RANDOM -> mode.maps(noise.device(), name.hashCode(), n, resolution);
        };
    }
}

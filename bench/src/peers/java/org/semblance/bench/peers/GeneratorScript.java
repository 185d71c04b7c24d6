package org.semblance.bench.peers;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.bench.GeneratorPreset;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.nn.ParameterSource;

/**
 * A StyleGAN2 synthesis network (skip architecture, no clamp) as PyTorch runs it fastest on a processor: activations
 * are
 * scaled, one convolution serves the batch, demodulation, noise, bias and gain are one fused {@code addcmul}, and the
 * enlarging layers are a transposed convolution of stride 2 followed by a depthwise FIR filter.
 */
final class GeneratorScript {
    private static final float SQRT2 = (float) Math.sqrt(2);

    private final ScriptModule module = new ScriptModule();
    private final GeneratorConfig config;
    private final ParameterSource weights;
    private final PeerVariant variant;

    private GeneratorScript(GeneratorPreset preset, PeerVariant variant) {
        config = preset.config();
        weights = preset.weights();
        this.variant = variant;
    }

    static ScriptModule of(GeneratorPreset preset, PeerVariant variant) {
        GeneratorScript script = new GeneratorScript(preset, variant);
        script.network();
        return script.module;
    }

    private void network() {
        HostArray start = weights.take("synthesis.b4.const", Shape.of(channels(4), 4, 4));
        module.line("x = %s", image(new HostArray(Shape.of(1, channels(4), 4, 4), start.data())));
        for (int r = 4; r <= config.resolution(); r *= 2) {
            String block = "synthesis.b" + r + ".";
            if (r > 4) {
                layer(block + "conv0", channels(r / 2), channels(r), r, true);
            }
            layer(block + "conv1", channels(r), channels(r), r, false);
            toRgb(block + "torgb", r);
        }
        module.line("return torch.contiguous(img)");
    }

    private int channels(int resolution) {
        return config.channels().at(resolution);
    }

    private void layer(String name, int in, int out, int r, boolean up) {
        HostArray w = weights.take(name + ".weight", Shape.of(out, in, 3, 3));
        style(name, in, 1);
        module.line("d = torch.rsqrt(torch.matmul(torch.mul(s, s), %s))", module.constant(energy(w)));
        module.line("d = torch.unsqueeze(torch.unsqueeze(d, 2), 3)");
        module.line("x = torch.mul(x, torch.unsqueeze(torch.unsqueeze(s, 2), 3))");
        if (up) {
            module.line(
                    "x = torch.conv_transpose2d(x, %s, None, [2, 2], [0, 0], [0, 0], 1, [1, 1])", image(swapped(w)));
            blur(out);
        } else {
            module.line("x = torch.conv2d(x, %s, None, [1, 1], [1, 1], [1, 1], 1)", image(w));
        }
        module.line("x = torch.addcmul(%s, x, d)", image(offset(name, out, r)));
        module.line("x = torch.leaky_relu(x, 0.2)");
    }

    private void blur(int channels) {
        HostArray taps = filter();
        if (variant.separable()) {
            float[] row = row(taps);
            for (int axis = 0; axis < 2; axis++) {
                Shape one = axis == 0 ? Shape.of(channels, 1, 1, 4) : Shape.of(channels, 1, 4, 1);
                module.line(
                        "x = torch.conv2d(x, %s, None, [1, 1], [%d, %d], [1, 1], %d)",
                        module.constant(repeated(one, row, 2)), axis, 1 - axis, channels);
            }
        } else {
            module.line(
                    "x = torch.conv2d(x, %s, None, [1, 1], [1, 1], [1, 1], %d)",
                    module.constant(repeated(Shape.of(channels, 1, 4, 4), taps.data(), 4)), channels);
        }
    }

    private void toRgb(String name, int r) {
        int in = channels(r);
        HostArray w = weights.take(name + ".weight", Shape.of(3, in, 1, 1));
        HostArray bias = weights.take(name + ".bias", Shape.of(3));
        style(name, in, (float) (1 / Math.sqrt(in)));
        String b = module.constant(new HostArray(Shape.of(1, 3, 1, 1), bias.data()));
        if (variant.rgbByProduct()) {
            String rows = module.constant(new HostArray(Shape.of(1, 3, in), w.data()));
            module.line("y = torch.matmul(torch.mul(%s, torch.unsqueeze(s, 1)), torch.flatten(x, 2))", rows);
            module.line("y = torch.add(torch.reshape(y, [-1, 3, %d, %d]), %s)", r, r, b);
        } else {
            module.line("y = torch.mul(x, torch.unsqueeze(torch.unsqueeze(s, 2), 3))");
            module.line("y = torch.add(torch.conv2d(y, %s), %s)", image(w), b);
        }
        if (r == 4) {
            module.line("img = y");
            return;
        }
        String taps = module.constant(repeated(Shape.of(3, 1, 4, 4), filter().data(), 4));
        module.line("img = torch.conv_transpose2d(img, %s, None, [2, 2], [1, 1], [0, 0], 3, [1, 1])", taps);
        module.line("img = torch.add(img, y)");
    }

    /** {@code s = gain * (w A^T / sqrt(wDim) + b)}. */
    private void style(String name, int in, float gain) {
        HostArray a = weights.take(name + ".affine.weight", Shape.of(in, config.wDim()));
        HostArray b = weights.take(name + ".affine.bias", Shape.of(in));
        float scale = (float) (gain / Math.sqrt(config.wDim()));
        module.line(
                "s = torch.addmm(%s, w, %s)",
                module.constant(scaled(b, gain)), module.constant(transposed(scaled(a, scale))));
    }

    /** Sums of squares over taps, {@code [I, O]}, halved so that the factor sqrt(2) of the activation is in d. */
    private static HostArray energy(HostArray w) {
        int out = w.shape().dim(0);
        int in = w.shape().dim(1);
        float[] e = new float[in * out];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                double sum = 0;
                for (int k = 0; k < 9; k++) {
                    double v = w.data()[(o * in + i) * 9 + k];
                    sum += v * v;
                }
                e[i * out + o] = (float) (sum / 2);
            }
        }
        return HostArray.of(e, in, out);
    }

    /** Noise and bias times sqrt(2), {@code [1, O, R, R]}; only the bias if the layer has no noise. */
    private HostArray offset(String name, int out, int r) {
        HostArray bias = scaled(weights.take(name + ".bias", Shape.of(out)), SQRT2);
        @Nullable HostArray strength = weights.takeIfPresent(name + ".noise_strength", Shape.of());
        if (strength == null || strength.data()[0] == 0) {
            return new HostArray(Shape.of(1, out, 1, 1), bias.data());
        }
        float[] noise = weights.take(name + ".noise_const", Shape.of(r, r)).data();
        float[] sum = new float[out * r * r];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = bias.data()[i / (r * r)] + SQRT2 * strength.data()[0] * noise[i % (r * r)];
        }
        return HostArray.of(sum, 1, out, r, r);
    }

    private String image(HostArray value) {
        return module.constant(value, variant.channelsLast());
    }

    private HostArray filter() {
        @Nullable HostArray stored = weights.takeIfPresent("synthesis.b4.resample_filter", Shape.of(4, 4));
        return stored != null ? stored : outer(new float[] {1 / 8f, 3 / 8f, 3 / 8f, 1 / 8f});
    }

    private static HostArray outer(float[] row) {
        float[] f = new float[16];
        for (int i = 0; i < 16; i++) {
            f[i] = row[i / 4] * row[i % 4];
        }
        return HostArray.of(f, 4, 4);
    }

    /** Row sums of a separable filter that sums to one. */
    private static float[] row(HostArray filter) {
        float[] row = new float[4];
        for (int i = 0; i < 16; i++) {
            row[i / 4] += Objects.requireNonNull(filter).data()[i];
        }
        return row;
    }

    private static HostArray repeated(Shape shape, float[] taps, float gain) {
        float[] all = new float[shape.intCount()];
        for (int i = 0; i < all.length; i++) {
            all[i] = gain * taps[i % taps.length];
        }
        return new HostArray(shape, all);
    }

    private static HostArray scaled(HostArray a, float factor) {
        float[] scaled = a.data().clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= factor;
        }
        return new HostArray(a.shape(), scaled);
    }

    private static HostArray transposed(HostArray a) {
        int rows = a.shape().dim(0);
        int columns = a.shape().dim(1);
        float[] t = new float[rows * columns];
        for (int i = 0; i < t.length; i++) {
            t[i % columns * rows + i / columns] = a.data()[i];
        }
        return HostArray.of(t, columns, rows);
    }

    /** {@code [O, I, 3, 3]} to {@code [I, O, 3, 3]}. */
    private static HostArray swapped(HostArray w) {
        int out = w.shape().dim(0);
        int in = w.shape().dim(1);
        float[] s = new float[w.data().length];
        for (int i = 0; i < s.length; i++) {
            int pair = i / 9;
            s[(pair % in * out + pair / in) * 9 + i % 9] = w.data()[i];
        }
        return HostArray.of(s, in, out, 3, 3);
    }
}

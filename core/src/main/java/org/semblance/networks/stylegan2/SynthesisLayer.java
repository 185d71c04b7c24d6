package org.semblance.networks.stylegan2;

import org.jspecify.annotations.Nullable;
import org.semblance.backend.Activation;
import org.semblance.backend.SynthesisSpec;
import org.semblance.nn.Parameters;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Filter;
import org.semblance.ops.ModulatedLayer;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** A modulated convolution with noise, bias and leaky ReLU. */
final class SynthesisLayer {
    private static final Activation LRELU = Activation.standard(Activation.Kind.LRELU);

    private final String name;
    private final int resolution;
    private final Affine affine;
    private final ModulatedLayer layer;
    private final @Nullable Tensor noiseStrength;
    private final @Nullable Tensor noiseConst;
    private final boolean silent;

    SynthesisLayer(
            Parameters p, String name, GeneratorConfig config, int in, int out, int resolution, int up, Filter filter) {
        this.name = name;
        this.resolution = resolution;
        affine = Affine.of(p, name, config.wDim(), in);
        Tensor weight = p.take(name + ".weight", out, in, 3, 3);
        Tensor energy = p.isTrainable() ? null : p.derived(() -> ModulatedLayer.energy(weight));
        layer = ModulatedLayer.synthesis(
                weight, energy, p.take(name + ".bias", out), LRELU.withClamp(config.clamp()), up, filter);
        noiseStrength = p.takeIfPresent(name + ".noise_strength");
        noiseConst = noiseStrength == null ? null : p.buffer(name + ".noise_const", resolution, resolution);
        silent = noiseStrength == null || (!p.isTrainable() && noiseStrength.item() == 0);
    }

    /** {@code [N, in, R / up, R / up]} and {@code [N, wDim]} to {@code [N, out, R, R]}. */
    Tensor apply(Tensor x, Tensor w, Noise mode, float gain) {
        return Scope.in(name, () -> layer.withGain(gain).apply(x, affine.apply(w), noise(mode, x.dim(0))));
    }

    private @Nullable Tensor noise(Noise mode, int n) {
        if (silent || noiseStrength == null || noiseConst == null || mode.mode() == Noise.Mode.NONE) {
            return null;
        }
        Tensor strength = Shapes.reshape(noiseStrength, 1, 1, 1, 1);
        Tensor map = mode.mode() == Noise.Mode.CONST
                ? Shapes.reshape(noiseConst, 1, 1, resolution, resolution)
                : mode.maps(affine.weight().device(), noiseKey(), n, resolution);
        return Elementwise.mul(map, strength);
    }

    private int noiseKey() {
        return name.hashCode();
    }

    /** This layer for a plan; its style is that of this row. */
    SynthesisSpec.Layer describe(int row) {
        Tensor strength = silent || noiseConst == null ? null : noiseStrength;
        return new SynthesisSpec.Layer(
                resolution,
                layer.up(),
                affine.describe(row, 1),
                layer.weight().array(),
                layer.bias().array(),
                noiseKey(),
                strength == null ? 0 : strength.item(),
                strength == null || noiseConst == null ? null : noiseConst.array());
    }

    /** Its activation. */
    Activation act() {
        return layer.act();
    }
}

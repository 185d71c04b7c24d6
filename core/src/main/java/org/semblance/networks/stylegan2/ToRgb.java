package org.semblance.networks.stylegan2;

import org.semblance.backend.Activation;
import org.semblance.backend.SynthesisSpec;
import org.semblance.nn.Parameters;
import org.semblance.ops.Elementwise;
import org.semblance.ops.ModulatedLayer;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** A 1x1 modulated convolution without demodulation, from features to a picture. */
final class ToRgb {
    private final ModulatedLayer layer;
    private final Affine affine;
    private final float gain;

    ToRgb(Parameters p, String name, GeneratorConfig config, int in) {
        affine = Affine.of(p, name, config.wDim(), in);
        gain = (float) (1 / Math.sqrt(in));
        layer = ModulatedLayer.toRgb(
                p.take(name + ".weight", config.imageChannels(), in, 1, 1),
                p.take(name + ".bias", config.imageChannels()),
                Activation.linear().withClamp(config.clamp()));
    }

    /** {@code [N, in, R, R]} and {@code [N, wDim]} to {@code [N, C, R, R]}. */
    Tensor apply(Tensor x, Tensor w) {
        return Scope.in("torgb", () -> layer.apply(x, Elementwise.scale(affine.apply(w), gain), null));
    }

    /** This layer for a plan; its style is that of this row. */
    SynthesisSpec.ToRgb describe(int row) {
        return new SynthesisSpec.ToRgb(
                affine.describe(row, gain), layer.weight().array(), layer.bias().array());
    }
}

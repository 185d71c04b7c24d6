package org.semblance.networks.stylegan2;

import org.semblance.backend.Activation;
import org.semblance.backend.SynthesisSpec;
import org.semblance.nn.Parameters;
import org.semblance.ops.FullyConnected;
import org.semblance.tensor.Tensor;

/** The learned map from a style code to the factors of a layer's input channels. */
record Affine(Tensor weight, Tensor bias) {
    static Affine of(Parameters p, String name, int wDim, int channels) {
        return new Affine(p.take(name + ".affine.weight", channels, wDim), p.take(name + ".affine.bias", channels));
    }

    /** {@code [N, wDim]} to {@code [N, channels]}. */
    Tensor apply(Tensor w) {
        return FullyConnected.equalised(w, weight, bias, 1, Activation.linear());
    }

    /** This map for a plan. */
    SynthesisSpec.Style describe(int row, float gain) {
        return new SynthesisSpec.Style(row, weight.array(), bias.array(), gain);
    }
}

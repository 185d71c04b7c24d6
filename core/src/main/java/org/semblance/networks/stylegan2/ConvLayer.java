package org.semblance.networks.stylegan2;

import org.jspecify.annotations.Nullable;
import org.semblance.backend.Activation;
import org.semblance.nn.Parameters;
import org.semblance.ops.BiasAct;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Filter;
import org.semblance.ops.ResampleConv2d;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** An ordinary convolution with equalised learning rate, resampling, bias and activation. */
final class ConvLayer {
    private final Tensor weight;
    private final @Nullable Tensor bias;
    private final float weightGain;
    private final Activation act;
    private final Filter filter;
    private final ResampleConv2d.Spec spec;

    ConvLayer(
            Parameters p,
            String name,
            int in,
            int out,
            int kernel,
            boolean hasBias,
            Activation act,
            int up,
            int down,
            Filter filter) {
        this.act = act;
        this.filter = filter;
        weight = p.take(name + ".weight", out, in, kernel, kernel);
        bias = hasBias ? p.take(name + ".bias", out) : null;
        weightGain = (float) (1 / Math.sqrt((double) in * kernel * kernel));
        spec = ResampleConv2d.Spec.of(up, down, kernel / 2).withFlipWeight(up == 1);
    }

    /** {@code [N, in, H, W]} to {@code [N, out, H', W']}; the gain multiplies the activation's own and its clamp. */
    Tensor apply(Tensor x, float gain) {
        Activation scaled = act.withGain(act.gain() * gain).withClamp(act.clamp() * gain);
        return Scope.in("conv", () -> {
            Tensor y = ResampleConv2d.of(x, Elementwise.scale(weight, weightGain), filter, spec);
            return BiasAct.of(y, bias, 1, scaled);
        });
    }
}

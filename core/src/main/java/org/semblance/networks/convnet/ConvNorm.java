package org.semblance.networks.convnet;

import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.backend.Activation;
import org.semblance.backend.ConvSpec;
import org.semblance.nn.Parameters;
import org.semblance.ops.BiasAct;
import org.semblance.ops.Conv2d;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Norm;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Tensor;

/**
 * A convolution without bias and the batch normalisation behind it, by stored statistics. In a frozen network the
 * normalisation is multiplied into the weights.
 */
final class ConvNorm {
    private final Tensor weight;
    private final @Nullable Tensor gamma;
    private final Tensor beta;
    private final Tensor mean;
    private final Tensor variance;
    private final float eps;
    private final @Nullable Tensor foldedWeight;
    private final @Nullable Tensor foldedBias;

    /**
     * @param conv prefix of the weights {@code [out, in, kh, kw]}
     * @param norm prefix of {@code weight} (may be absent), {@code bias}, {@code running_mean}, {@code running_var}
     */
    ConvNorm(Parameters p, String conv, String norm, int out, int in, int kh, int kw, double eps) {
        weight = p.take(conv + ".weight", out, in, kh, kw);
        gamma = p.takeIfPresent(norm + ".weight", out);
        beta = p.take(norm + ".bias", out);
        mean = p.buffer(norm + ".running_mean", out);
        variance = p.buffer(norm + ".running_var", out);
        this.eps = (float) eps;
        if (p.isTrainable()) {
            foldedWeight = null;
            foldedBias = null;
        } else {
            Tensor factor = p.derived(() -> factor(eps));
            foldedWeight = p.derived(() -> Elementwise.mul(weight, Shapes.reshape(factor, out, 1, 1, 1)));
            foldedBias = p.derived(() -> Elementwise.sub(beta, Elementwise.mul(mean, factor)));
        }
    }

    /** {@code gamma / sqrt(variance + eps)}, in double precision. */
    private Tensor factor(double epsilon) {
        HostArray spread = variance.toHost();
        HostArray scale = gamma == null ? null : gamma.toHost();
        float[] factor = new float[spread.data().length];
        for (int i = 0; i < factor.length; i++) {
            factor[i] = (float) ((scale == null ? 1 : scale.data()[i]) / Math.sqrt(spread.data()[i] + epsilon));
        }
        return Tensor.of(weight.device(), factor, factor.length);
    }

    /** {@code [N, in, H, W]} to {@code [N, out, H', W']}. */
    Tensor apply(Tensor x, ConvSpec spec, Activation act) {
        if (foldedWeight != null && foldedBias != null) {
            return Conv2d.biasAct(x, foldedWeight, foldedBias, act, spec);
        }
        Tensor y = Norm.batchInference(Conv2d.of(x, weight, spec), gamma, beta, mean, variance, eps);
        return act.equals(Activation.linear()) ? y : BiasAct.of(y, null, act);
    }
}

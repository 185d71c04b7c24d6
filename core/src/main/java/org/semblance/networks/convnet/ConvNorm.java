package org.semblance.networks.convnet;

import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.backend.Activation;
import org.semblance.backend.ConvSpec;
import org.semblance.nn.Parameters;
import org.semblance.ops.Conv2d;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Tensor;

/**
 * A convolution without bias and the batch normalisation behind it, by stored statistics. The normalisation is
 * multiplied into the weights: once in a frozen network, and in each pass of one that is trained, since weights are few
 * beside the activations they make.
 */
final class ConvNorm {
    private final Tensor weight;
    private final @Nullable Tensor gamma;
    private final Tensor beta;
    private final Tensor mean;
    private final Tensor variance;
    /** {@code 1 / sqrt(variance + eps)}, times gamma if that is not trained. */
    private final Tensor factor;

    /** {@code mean * factor} where that is constant. */
    private final Tensor centre;

    private final @Nullable Tensor foldedWeight;
    private final @Nullable Tensor foldedBias;

    /**
     * @param conv prefix of the weights {@code [out, in, kh, kw]}
     * @param norm prefix of {@code weight}, {@code bias}, {@code running_mean}, {@code running_var}
     * @param scaled whether there is a {@code weight}; 1 otherwise
     */
    ConvNorm(Parameters p, String conv, String norm, boolean scaled, int out, int in, int kh, int kw, double eps) {
        weight = p.take(conv + ".weight", out, in, kh, kw);
        gamma = scaled ? p.take(norm + ".weight", out) : null;
        beta = p.take(norm + ".bias", out);
        mean = p.buffer(norm + ".running_mean", out);
        variance = p.buffer(norm + ".running_var", out);
        boolean trained = p.isTrainable();
        factor = p.derived(() -> factor(trained ? null : gamma, eps));
        centre = p.derived(() -> Elementwise.mul(mean, factor));
        foldedWeight = trained ? null : p.derived(() -> weight(factor));
        foldedBias = trained ? null : p.derived(() -> Elementwise.sub(beta, centre));
    }

    /** In double precision. */
    private Tensor factor(@Nullable Tensor scale, double epsilon) {
        HostArray spread = variance.toHost();
        HostArray scales = scale == null ? null : scale.toHost();
        float[] factors = new float[spread.data().length];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = (float) ((scales == null ? 1 : scales.data()[i]) / Math.sqrt(spread.data()[i] + epsilon));
        }
        return Tensor.of(weight.device(), factors, factors.length);
    }

    private Tensor weight(Tensor scale) {
        return Elementwise.mul(weight, Shapes.reshape(scale, weight.dim(0), 1, 1, 1));
    }

    /** {@code [N, in, H, W]} to {@code [N, out, H', W']}. */
    Tensor apply(Tensor x, ConvSpec spec, Activation act) {
        if (foldedWeight != null && foldedBias != null) {
            return Conv2d.biasAct(x, foldedWeight, foldedBias, act, spec);
        }
        Tensor scale = gamma == null ? factor : Elementwise.mul(gamma, factor);
        Tensor shift = gamma == null ? centre : Elementwise.mul(gamma, centre);
        return Conv2d.biasAct(x, weight(scale), Elementwise.sub(beta, shift), act, spec);
    }
}

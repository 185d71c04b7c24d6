package org.semblance.networks.oplist;

import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.nn.Parameters;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Tensor;

/** The weights of a convolution with a following batch normalisation multiplied in. */
record FoldedConv(Tensor weight, @Nullable Tensor bias) {

    static FoldedConv of(Parameters p, OpList.Step conv, OpList.@Nullable Step norm) {
        Tensor w = p.take(conv.name() + ".weight", conv.out(), conv.in(), conv.kernel(), conv.kernel());
        Tensor b = conv.bias() ? p.take(conv.name() + ".bias", conv.out()) : null;
        if (norm == null) {
            return new FoldedConv(w, b);
        }
        Tensor gamma = p.take(norm.name() + ".weight", norm.in());
        Tensor beta = p.take(norm.name() + ".bias", norm.in());
        Tensor mean = p.buffer(norm.name() + ".running_mean", norm.in());
        Tensor variance = p.buffer(norm.name() + ".running_var", norm.in());
        Tensor factor = p.derived(() -> factor(norm, gamma.toHost(), variance.toHost(), w));
        Tensor weight = p.derived(() -> Elementwise.mul(w, Shapes.reshape(factor, conv.out(), 1, 1, 1)));
        Tensor bias = p.derived(() -> {
            Tensor centre = b == null ? Elementwise.neg(mean) : Elementwise.sub(b, mean);
            return Elementwise.add(Elementwise.mul(centre, factor), beta);
        });
        return new FoldedConv(weight, bias);
    }

    /** {@code gamma / sqrt(variance + eps)}, in double precision. */
    private static Tensor factor(OpList.Step norm, HostArray gamma, HostArray variance, Tensor like) {
        float[] factor = new float[gamma.data().length];
        for (int i = 0; i < factor.length; i++) {
            double square = variance.data()[i] + norm.eps();
            if (square <= 0) {
                throw new IllegalArgumentException(
                        norm.name() + ".running_var[" + i + "] must be at least 0, got " + variance.data()[i]);
            }
            factor[i] = (float) (gamma.data()[i] / Math.sqrt(square));
        }
        return Tensor.of(like.device(), factor, factor.length);
    }
}

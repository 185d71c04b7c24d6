package org.semblance.ops;

import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * A dense layer with StyleGAN's equalised learning rate: {@code y = act(weightGain x w^T + biasGain b)}. A composition;
 * gradients of every order.
 *
 * <p>Source: Karras et al., Progressive Growing of GANs, section 4.1.
 */
public final class FullyConnected {
    private static final String NAME = "fullyConnected";

    private FullyConnected() {}

    /** With gain {@code lrMultiplier / sqrt(in)} on the weights and {@code lrMultiplier} on the bias. */
    public static Tensor equalised(Tensor x, Tensor w, @Nullable Tensor b, double lrMultiplier, Activation act) {
        Check.rank(NAME, "w", w, 2);
        return of(x, w, b, (float) (lrMultiplier / Math.sqrt(w.dim(1))), (float) lrMultiplier, act);
    }

    /**
     * A dense layer.
     *
     * @param x {@code [N, in]}
     * @param w {@code [out, in]}
     * @param b {@code [out]} or null
     * @return {@code [N, out]}
     */
    public static Tensor of(Tensor x, Tensor w, @Nullable Tensor b, float weightGain, float biasGain, Activation act) {
        Check.rank(NAME, "x", x, 2);
        Check.rank(NAME, "w", w, 2);
        if (x.dim(1) != w.dim(1)) {
            throw new IllegalArgumentException(NAME + ": x has " + x.dim(1) + " features but w expects " + w.dim(1)
                    + " [x=" + x.shape() + ", w=" + w.shape() + "]");
        }
        if (b != null) {
            Check.shape(NAME, "b", b, Shape.of(w.dim(0)));
        }
        return Scope.in(NAME, () -> {
            Tensor product = Elementwise.scale(MatMul.of(x, false, w, true), weightGain);
            return BiasAct.of(product, b == null ? null : Elementwise.scale(b, biasGain), 1, act);
        });
    }
}

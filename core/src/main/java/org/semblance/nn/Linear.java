package org.semblance.nn;

import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.ops.BiasAct;
import org.semblance.ops.MatMul;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** Dense layers in the two usual orders of their weights; gradients of every order. */
public final class Linear {
    private static final String NAME = "linear";

    private Linear() {}

    /** {@code act(x w^T + b)} with w {@code [out, in]}, PyTorch's order, b {@code [out]} or null. */
    public static Tensor of(Tensor x, Tensor w, @Nullable Tensor b, Activation act) {
        return dense(x, w, true, b, act);
    }

    /** {@code act(x kernel + b)} with kernel {@code [in, out]}, Keras' order, b {@code [out]} or null. */
    public static Tensor keras(Tensor x, Tensor kernel, @Nullable Tensor b, Activation act) {
        return dense(x, kernel, false, b, act);
    }

    private static Tensor dense(Tensor x, Tensor w, boolean transposed, @Nullable Tensor b, Activation act) {
        if (x.rank() != 2 || w.rank() != 2 || x.dim(1) != w.dim(transposed ? 1 : 0)) {
            throw new IllegalArgumentException(
                    NAME + ": x must be [N, in] and w " + (transposed ? "[out, in]" : "[in, out]") + ", got "
                            + x.shape() + " and " + w.shape() + " [x=" + x + ", w=" + w + "]");
        }
        if (b != null && !b.shape().equals(Shape.of(w.dim(transposed ? 0 : 1)))) {
            throw new IllegalArgumentException(NAME + ": b must be [out], got " + b.shape() + " [w=" + w + "]");
        }
        return Scope.in(NAME, () -> BiasAct.of(MatMul.of(x, false, w, transposed), b, 1, act));
    }
}

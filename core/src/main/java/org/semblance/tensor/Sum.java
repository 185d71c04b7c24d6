package org.semblance.tensor;

import org.semblance.array.NdArray;
import org.semblance.backend.Backend;
import org.semblance.backend.Binary;
import org.semblance.backend.View;

/** The one operation that the reverse walk itself needs: adding the gradients of two uses of a tensor. */
final class Sum {
    private Sum() {}

    /** {@code a + b} for equal shapes, in the layout of a. */
    static Tensor of(Tensor a, Tensor b) {
        NdArray left = a.array();
        Tensor y = Tensor.empty(a.device(), a.shape(), left.layout());
        Backend backend = a.backend();
        if (b.array().isIn(left.layout())) {
            backend.binary(Binary.ADD, left, b.array(), y.array());
        } else {
            backend.gather(b.array(), View.all(b.array()), y.array());
            backend.binary(Binary.ADD, left, y.array(), y.array());
        }
        return Recording.of("sum", y)
                .input(a, (g, s) -> g)
                .input(b, (g, s) -> g)
                .done();
    }
}

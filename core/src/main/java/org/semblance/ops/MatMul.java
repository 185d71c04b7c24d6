package org.semblance.ops;

import org.semblance.array.Layout;
import org.semblance.array.Shape;
import org.semblance.tensor.Recording;
import org.semblance.tensor.Tensor;

/** Products of matrices; the derivatives are products again, so gradients of every order exist. */
public final class MatMul {
    private MatMul() {}

    /** {@code a b}: {@code [M, K] [K, N] -> [M, N]}. */
    public static Tensor of(Tensor a, Tensor b) {
        return of(a, false, b, false);
    }

    /**
     * {@code op(a) op(b)}, op being a transposition where asked.
     *
     * @param a {@code [M, K]}, or {@code [K, M]} if transposed
     * @param b {@code [K, N]}, or {@code [N, K]} if transposed
     * @return {@code [M, N]}
     */
    public static Tensor of(Tensor a, boolean transposeA, Tensor b, boolean transposeB) {
        Check.rank("matmul", "a", a, 2);
        Check.rank("matmul", "b", b, 2);
        Check.sameDevice("matmul", a, b);
        int inner = a.dim(transposeA ? 0 : 1);
        if (inner != b.dim(transposeB ? 1 : 0)) {
            String got = inner + " and " + b.dim(transposeB ? 1 : 0) + (transposeA ? ", a transposed" : "")
                    + (transposeB ? ", b transposed" : "");
            throw Check.error("matmul", "inner extents must be equal", got, a, b);
        }
        Shape shape = Shape.of(a.dim(transposeA ? 1 : 0), b.dim(transposeB ? 0 : 1));
        Tensor y = Tensor.empty(a.device(), shape, Layout.PLAIN);
        a.backend().matmul(a.array(), transposeA, b.array(), transposeB, y.array());
        return Recording.of("matmul", y)
                .input(a, (g, s) -> transposeA ? of(s[0], transposeB, g, true) : of(g, false, s[0], !transposeB), b)
                .input(b, (g, s) -> transposeB ? of(g, true, s[0], transposeA) : of(s[0], !transposeA, g, false), a)
                .done();
    }
}

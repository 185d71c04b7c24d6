package org.semblance.ops;

import java.util.StringJoiner;
import org.semblance.array.Shape;
import org.semblance.tensor.Tensor;

/** Argument checks with messages of the form {@code op: rule, got fact [operands]}. */
final class Check {
    private Check() {}

    static IllegalArgumentException error(String op, String rule, Object got, Tensor... operands) {
        StringJoiner all = new StringJoiner(", ", " [", "]");
        for (Tensor t : operands) {
            all.add(t.toString());
        }
        return new IllegalArgumentException(op + ": " + rule + ", got " + got + (operands.length == 0 ? "" : all));
    }

    static void rank(String op, String name, Tensor x, int rank) {
        if (x.rank() != rank) {
            throw error(op, name + " must have rank " + rank, x.rank(), x);
        }
    }

    /** An image, {@code [N, C, H, W]}. */
    static void image(String op, String name, Tensor x) {
        if (x.rank() != 4) {
            throw error(op, name + " must be an image [N, C, H, W]", x.shape(), x);
        }
    }

    static void shape(String op, String name, Tensor x, Shape wanted) {
        if (!x.shape().equals(wanted)) {
            throw error(op, name + " must have shape " + wanted, x.shape(), x);
        }
    }

    static void sameDevice(String op, Tensor a, Tensor b) {
        if (a.device() != b.device()) {
            throw error(
                    op,
                    "operands must live on one device",
                    a.device().name() + " and " + b.device().name(),
                    a,
                    b);
        }
    }

    /** The axis counted from the front. */
    static int axis(String op, Tensor x, int axis) {
        int rank = x.rank();
        if (axis < -rank || axis >= rank) {
            throw error(op, "axis must lie in [" + -rank + ", " + rank + ")", axis, x);
        }
        return axis < 0 ? axis + rank : axis;
    }

    /** Refuses results without elements: a window larger than the padded image. */
    static Shape notEmpty(String op, int n, int c, int h, int w, Tensor... operands) {
        if (h < 1 || w < 1) {
            throw error(op, "the result must have at least one row and column", h + " x " + w, operands);
        }
        return Shape.of(n, c, h, w);
    }
}

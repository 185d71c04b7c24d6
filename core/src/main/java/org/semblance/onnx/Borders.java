package org.semblance.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Tensor;

/** Padding that repeats what is inside. */
enum Borders {
    /** Mirrored at the last element. */
    REFLECT,
    /** The last element again. */
    EDGE,
    /** Going on at the other end. */
    WRAP;

    static Borders of(String mode) {
        return valueOf(mode.toUpperCase(Locale.ROOT));
    }

    /** One axis with more before and after; a negative amount crops. */
    Tensor extended(Tensor x, int axis, int before, int after) {
        Tensor inner = Shapes.narrow(x, axis, Math.max(-before, 0), x.dim(axis) - Math.max(-after, 0));
        int n = inner.dim(axis);
        int most = this == REFLECT ? n - 1 : this == WRAP ? n : Integer.MAX_VALUE;
        if (before > most || after > most || n == 0) {
            throw new IllegalArgumentException("padding must be at most " + most + ", got " + before + " and " + after);
        }
        List<Tensor> parts = new ArrayList<>();
        if (before > 0) {
            parts.add(border(inner, axis, before, true));
        }
        parts.add(inner);
        if (after > 0) {
            parts.add(border(inner, axis, after, false));
        }
        return Shapes.concat(axis, parts);
    }

    private Tensor border(Tensor x, int axis, int size, boolean before) {
        int n = x.dim(axis);
        return switch (this) {
            case REFLECT ->
                Shapes.flip(
                        before ? Shapes.narrow(x, axis, 1, size + 1) : Shapes.narrow(x, axis, n - 1 - size, n - 1),
                        axis);
            case WRAP -> before ? Shapes.narrow(x, axis, n - size, n) : Shapes.narrow(x, axis, 0, size);
            case EDGE -> {
                Tensor last = before ? Shapes.narrow(x, axis, 0, 1) : Shapes.narrow(x, axis, n - 1, n);
                yield Shapes.broadcastTo(last, last.shape().with(axis, size));
            }
        };
    }
}

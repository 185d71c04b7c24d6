package org.semblance.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.semblance.array.Layout;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;

/**
 * The joint index space of several operands as the kernels take it: extents, then the strides of each operand,
 * outermost
 * axis first; axes that all operands cross in one stride are merged.
 *
 * @param rank number of merged axes
 * @param packed {@code rank * (1 + operands)} numbers
 */
record Walk(int rank, long[] packed) {

    /** The walk over y and operands that broadcast to it, all in the layout of y, in the memory order of y. */
    static Walk of(NdArray y, NdArray... operands) {
        long[][] strides = new long[operands.length + 1][];
        strides[0] = y.layout().strides(y.shape());
        for (int i = 0; i < operands.length; i++) {
            strides[i + 1] = broadcast(operands[i].shape(), y);
        }
        return of(y.shape(), y.layout(), strides);
    }

    /** The walk in the memory order of this layout with these strides of the logical axes. */
    static Walk of(Shape shape, Layout layout, long[]... strides) {
        int[] axes = new int[shape.rank()];
        for (int place = 0; place < axes.length; place++) {
            axes[place] = layout.axisAt(place, axes.length);
        }
        return over(shape, axes, strides);
    }

    /** The walk over some axes, outermost first. */
    static Walk over(Shape shape, int[] axes, long[]... strides) {
        List<long[]> columns = new ArrayList<>();
        for (int axis : axes) {
            append(columns, column(shape.dim(axis), axis, strides));
        }
        long[] packed = new long[columns.size() * (strides.length + 1)];
        for (int k = 0; k < columns.size(); k++) {
            for (int row = 0; row <= strides.length; row++) {
                packed[row * columns.size() + k] = columns.get(k)[row];
            }
        }
        return new Walk(columns.size(), packed);
    }

    /** Number of index tuples. */
    long count() {
        return Arrays.stream(packed, 0, rank).reduce(1, Math::multiplyExact);
    }

    private static long[] column(long extent, int axis, long[][] strides) {
        long[] column = new long[strides.length + 1];
        column[0] = extent;
        for (int k = 0; k < strides.length; k++) {
            column[k + 1] = strides[k][axis];
        }
        return column;
    }

    private static void append(List<long[]> columns, long[] inner) {
        if (inner[0] == 1) {
            return;
        }
        int last = columns.size() - 1;
        if (last >= 0 && merges(columns.get(last), inner)) {
            inner[0] = Math.multiplyExact(inner[0], columns.get(last)[0]);
            columns.set(last, inner);
        } else {
            columns.add(inner);
        }
    }

    private static boolean merges(long[] outer, long[] inner) {
        for (int k = 1; k < inner.length; k++) {
            if (outer[k] != inner[k] * inner[0]) {
                return false;
            }
        }
        return true;
    }

    private static long[] broadcast(Shape from, NdArray y) {
        long[] strides = y.layout().strides(from);
        for (int a = 0; a < strides.length; a++) {
            if (from.dim(a) != y.shape().dim(a)) {
                strides[a] = 0;
            }
        }
        return strides;
    }
}

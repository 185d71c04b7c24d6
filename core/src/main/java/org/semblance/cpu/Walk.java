package org.semblance.cpu;

import java.util.ArrayList;
import java.util.List;
import org.semblance.array.Layout;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;

/**
 * The joint walk over arrays of one index space in memory order: adjacent axes merged wherever all operands allow, so
 * that what is left is few long rows. Strides are in elements, 0 where an operand repeats.
 *
 * @param dims merged extents, outermost first, at least two of them
 * @param strides one array per operand
 */
record Walk(int[] dims, long[][] strides) {

    /** The walk over y and the operands that broadcast to it, all in the layout of y. */
    static Walk of(NdArray y, NdArray... operands) {
        long[][] steps = new long[operands.length + 1][];
        steps[0] = y.layout().strides(y.shape());
        for (int i = 0; i < operands.length; i++) {
            steps[i + 1] = broadcastStrides(operands[i].shape(), y.shape(), y.layout());
        }
        return inMemoryOrder(y.shape(), y.layout(), steps);
    }

    /** The walk in the memory order of this layout with these logical strides. */
    static Walk inMemoryOrder(Shape shape, Layout layout, long[]... logicalStrides) {
        int rank = shape.rank();
        List<Integer> dims = new ArrayList<>();
        List<long[]> steps = new ArrayList<>();
        for (int place = 0; place < rank; place++) {
            int axis = layout.axisAt(place, rank);
            long[] step = new long[logicalStrides.length];
            for (int j = 0; j < step.length; j++) {
                step[j] = logicalStrides[j][axis];
            }
            append(dims, steps, shape.dim(axis), step);
        }
        while (dims.size() < 2) {
            dims.add(0, 1);
            steps.add(0, new long[logicalStrides.length]);
        }
        return new Walk(dims.stream().mapToInt(d -> d).toArray(), transposed(steps, logicalStrides.length));
    }

    private static void append(List<Integer> dims, List<long[]> steps, int extent, long[] step) {
        if (extent == 1) {
            return;
        }
        int last = dims.size() - 1;
        if (last >= 0 && merges(steps.get(last), step, extent)) {
            dims.set(last, Math.multiplyExact(dims.get(last), extent));
            steps.set(last, step);
        } else {
            dims.add(extent);
            steps.add(step);
        }
    }

    private static boolean merges(long[] outer, long[] inner, int extent) {
        for (int j = 0; j < outer.length; j++) {
            if (outer[j] != inner[j] * extent) {
                return false;
            }
        }
        return true;
    }

    private static long[] broadcastStrides(Shape from, Shape to, Layout layout) {
        long[] steps = layout.strides(from);
        for (int a = 0; a < steps.length; a++) {
            if (from.dim(a) != to.dim(a)) {
                steps[a] = 0;
            }
        }
        return steps;
    }

    private static long[][] transposed(List<long[]> steps, int operands) {
        long[][] result = new long[operands][steps.size()];
        for (int k = 0; k < steps.size(); k++) {
            for (int j = 0; j < operands; j++) {
                result[j][k] = steps.get(k)[j];
            }
        }
        return result;
    }

    int inner() {
        return dims[dims.length - 1];
    }

    int middle() {
        return dims[dims.length - 2];
    }

    /** Number of index tuples of the axes outside the inner two. */
    int outerCount() {
        int count = 1;
        for (int k = 0; k < dims.length - 2; k++) {
            count = Math.multiplyExact(count, dims[k]);
        }
        return count;
    }

    long count() {
        return (long) outerCount() * middle() * inner();
    }

    /** Element of an operand at the start of an outer index. */
    long outerOffset(int operand, int index) {
        long offset = 0;
        for (int k = dims.length - 3; k >= 0; k--) {
            offset += (index % dims[k]) * strides[operand][k];
            index /= dims[k];
        }
        return offset;
    }

    long middleStride(int operand) {
        return strides[operand][dims.length - 2];
    }

    long innerStride(int operand) {
        return strides[operand][dims.length - 1];
    }
}

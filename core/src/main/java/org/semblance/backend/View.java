package org.semblance.backend;

import java.util.Arrays;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;

/**
 * An affine map from the logical indices of one array to elements of another: index {@code i} of shape {@code shape}
 * stands for element {@code offset + sum(i[a] * strides[a])}. Slices, permutations, flips, broadcasts and changes of
 * layout are all of this form.
 *
 * @param shape extents of the index space
 * @param offset element of index zero
 * @param strides elements per step along each axis; may be zero or negative
 */
public record View(Shape shape, long offset, long[] strides) {

    /** All of an array in its logical order. */
    public static View all(NdArray x) {
        return new View(x.shape(), 0, x.layout().strides(x.shape()));
    }

    /** The box of extents {@code size} that begins at {@code start}. */
    public static View box(NdArray x, int[] start, Shape size) {
        View all = all(x);
        long offset = 0;
        for (int a = 0; a < start.length; a++) {
            if (start[a] < 0 || start[a] + size.dim(a) > x.shape().dim(a)) {
                throw new IllegalArgumentException("slice: box must lie inside the array, got start "
                        + Arrays.toString(start) + ", size " + size + " [x=" + x + "]");
            }
            offset += start[a] * all.strides[a];
        }
        return new View(size, offset, all.strides);
    }

    /** The same elements with axis k of the result being axis {@code axes[k]} of this one. */
    public View permuted(int... axes) {
        int[] dims = new int[axes.length];
        long[] steps = new long[axes.length];
        for (int k = 0; k < axes.length; k++) {
            dims[k] = shape.dim(axes[k]);
            steps[k] = strides[axes[k]];
        }
        return new View(Shape.of(dims), offset, steps);
    }

    /** The same elements with one axis reversed. */
    public View flipped(int axis) {
        long[] steps = strides.clone();
        steps[axis] = -steps[axis];
        return new View(shape, offset + (shape.dim(axis) - 1) * strides[axis], steps);
    }

    /** Repeats axes of extent 1 up to the wanted extents. */
    public View broadcast(Shape to) {
        long[] steps = strides.clone();
        for (int a = 0; a < steps.length; a++) {
            if (shape.dim(a) != to.dim(a)) {
                if (shape.dim(a) != 1) {
                    throw new IllegalArgumentException(
                            "broadcast: extents must match or be 1, got " + shape + " for " + to);
                }
                steps[a] = 0;
            }
        }
        return new View(to, offset, steps);
    }
}

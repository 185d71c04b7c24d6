package org.semblance.array;

import java.util.Arrays;

/**
 * Immutable extents of an array, outermost first. Images are {@code [N, C, H, W]}, convolution weights
 * {@code [out, in, kh, kw]}; rank 0 is a scalar. Extents are at least 0 and their product fits a long.
 */
public final class Shape {
    private final int[] dims;
    private final long count;

    private Shape(int[] dims) {
        this.dims = dims;
        long product = 1;
        for (int d : dims) {
            if (d < 0) {
                throw new IllegalArgumentException("shape: extents must not be negative, got " + Arrays.toString(dims));
            }
            product = Math.multiplyExact(product, d);
        }
        this.count = product;
    }

    /** A shape of these extents. */
    public static Shape of(int... dims) {
        return new Shape(dims.clone());
    }

    /** Number of axes. */
    public int rank() {
        return dims.length;
    }

    /** Extent of an axis; a negative axis counts from the end. */
    public int dim(int axis) {
        return dims[axis < 0 ? dims.length + axis : axis];
    }

    /** Number of elements. */
    public long count() {
        return count;
    }

    /** Number of elements as an int. @throws ArithmeticException above 2^31 - 1 */
    public int intCount() {
        return Math.toIntExact(count);
    }

    /** A copy of the extents. */
    public int[] dims() {
        return dims.clone();
    }

    /** This shape with one extent replaced; a negative axis counts from the end. */
    public Shape with(int axis, int extent) {
        int[] copy = dims.clone();
        copy[axis < 0 ? dims.length + axis : axis] = extent;
        return new Shape(copy);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape && Arrays.equals(dims, ((Shape) other).dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    @Override
    public String toString() {
        return Arrays.toString(dims);
    }
}

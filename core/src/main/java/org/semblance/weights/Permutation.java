package org.semblance.weights;

import java.util.Arrays;
import org.semblance.array.Shape;

/**
 * An order of axes: axis i of the result is axis {@code axes[i]} of what it is made from.
 *
 * @param axes each of 0 to n - 1 once
 */
public record Permutation(int... axes) {
    /** The last axis first. */
    public static Permutation reversed(int rank) {
        int[] axes = new int[rank];
        for (int i = 0; i < rank; i++) {
            axes[i] = rank - 1 - i;
        }
        return new Permutation(axes);
    }

    /** The shape of the result. */
    public Shape shape(Shape from) {
        int[] dims = new int[axes.length];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = from.dim(axes[i]);
        }
        return Shape.of(dims);
    }

    /** Moves row-major elements. */
    public float[] apply(float[] data, Shape from) {
        float[] to = new float[data.length];
        new Walk(from, (at, source) -> to[at] = data[source]).run();
        return to;
    }

    /** Moves row-major elements. */
    public double[] apply(double[] data, Shape from) {
        double[] to = new double[data.length];
        new Walk(from, (at, source) -> to[at] = data[source]).run();
        return to;
    }

    private interface Copy {
        void element(int to, int from);
    }

    /** Visits the elements of the result in row-major order. */
    private final class Walk {
        private final Shape result;
        private final int[] strides;
        private final Copy copy;
        private int at;

        Walk(Shape from, Copy copy) {
            this.copy = copy;
            result = shape(from);
            strides = new int[axes.length];
            for (int i = 0; i < axes.length; i++) {
                int stride = 1;
                for (int k = axes[i] + 1; k < axes.length; k++) {
                    stride *= from.dim(k);
                }
                strides[i] = stride;
            }
        }

        void run() {
            if (result.count() > 0) {
                axis(0, 0);
            }
        }

        private void axis(int axis, int from) {
            if (axis == axes.length) {
                copy.element(at++, from);
                return;
            }
            for (int i = 0; i < result.dim(axis); i++) {
                axis(axis + 1, from + i * strides[axis]);
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Permutation p && Arrays.equals(axes, p.axes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(axes);
    }

    @Override
    public String toString() {
        return Arrays.toString(axes);
    }
}

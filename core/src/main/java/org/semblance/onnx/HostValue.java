package org.semblance.onnx;

import java.util.Arrays;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;

/**
 * A few numbers on the host: shapes, axes, scales, and what is computed from them.
 *
 * @param dims extents
 * @param data elements, row-major
 * @param whole whether they are whole numbers
 */
record HostValue(int[] dims, double[] data, boolean whole) implements Value {
    static HostValue list(double... values) {
        return new HostValue(new int[] {values.length}, values, true);
    }

    @Override
    public int rank() {
        return dims.length;
    }

    /** The elements as 64-bit numbers; out of range saturates. */
    long[] longs() {
        return Arrays.stream(data).mapToLong(v -> (long) v).toArray();
    }

    /** The elements as 32-bit numbers. @throws IllegalArgumentException if one is out of range */
    int[] ints() {
        int[] to = new int[data.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = (int) data[i];
            if (to[i] != data[i]) {
                throw new IllegalArgumentException("whole numbers of 32 bits are needed, got " + data[i]);
            }
        }
        return to;
    }

    /** The only element. */
    double item() {
        if (data.length != 1) {
            throw new IllegalArgumentException("one number is needed, got " + Arrays.toString(dims));
        }
        return data[0];
    }

    HostArray floats() {
        float[] to = new float[data.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = (float) data[i];
        }
        return new HostArray(Shape.of(dims), to);
    }
}

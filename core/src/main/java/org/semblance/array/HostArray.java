package org.semblance.array;

/**
 * A float32 array on the Java heap in row-major order: what weight files are read into and results are read out to.
 *
 * @param shape extents
 * @param data elements, row-major, {@code shape.count()} of them; not copied
 */
public record HostArray(Shape shape, float[] data) {
    public HostArray {
        if (shape.count() != data.length) {
            throw new IllegalArgumentException(
                    "host array: shape " + shape + " has " + shape.count() + " elements, got " + data.length);
        }
    }

    /** An array of this shape around these elements. */
    public static HostArray of(float[] data, int... dims) {
        return new HostArray(Shape.of(dims), data);
    }
}

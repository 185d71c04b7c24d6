package org.semblance.weights;

import org.semblance.array.Shape;

/**
 * What a container says of one tensor.
 *
 * @param name name in the container
 * @param type stored element type
 * @param shape extents
 * @param offset position of the first byte in the container; 0 where that has no meaning
 */
public record TensorInfo(String name, StoredType type, Shape shape, long offset) {
    /** Stored size in bytes. */
    public long length() {
        return Math.multiplyExact(shape.count(), type.bytes());
    }
}

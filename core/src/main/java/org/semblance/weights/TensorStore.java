package org.semblance.weights;

import java.io.IOException;

/** Where the elements of a set of tensors come from; one implementation per kind of container. */
public interface TensorStore extends AutoCloseable {
    /** The elements as float32, row-major, not checked for finiteness. */
    float[] floats(TensorInfo tensor) throws IOException;

    /** The elements as float64, row-major; integers and booleans too. */
    double[] doubles(TensorInfo tensor) throws IOException;

    @Override
    void close() throws IOException;
}

package org.semblance.weights;

import java.util.Map;
import org.semblance.array.HostArray;

/** Tensors that are on the Java heap already. Elements are copied out, so that the set stays as it is. */
record MemoryStore(Map<String, HostArray> arrays) implements TensorStore {
    @Override
    public float[] floats(TensorInfo tensor) {
        return array(tensor).clone();
    }

    @Override
    public double[] doubles(TensorInfo tensor) {
        float[] from = array(tensor);
        double[] to = new double[from.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = from[i];
        }
        return to;
    }

    private float[] array(TensorInfo tensor) {
        HostArray array = arrays.get(tensor.name());
        if (array == null) {
            throw new IllegalArgumentException("weights: no tensor named " + tensor.name());
        }
        return array.data();
    }

    @Override
    public void close() {}
}

package org.semblance.weights;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tensors of another store with their axes in another order. Keyed by the names of the container. */
record RelaidStore(TensorStore store, Map<String, Entry> entries) implements TensorStore {
    /** A tensor of the other store, and the order of axes. */
    record Entry(TensorInfo info, @Nullable Permutation axes) {}

    @Override
    public float[] floats(TensorInfo tensor) throws IOException {
        Entry e = entry(tensor);
        float[] data = store.floats(e.info());
        return e.axes() == null ? data : e.axes().apply(data, e.info().shape());
    }

    @Override
    public double[] doubles(TensorInfo tensor) throws IOException {
        Entry e = entry(tensor);
        double[] data = store.doubles(e.info());
        return e.axes() == null ? data : e.axes().apply(data, e.info().shape());
    }

    private Entry entry(TensorInfo tensor) {
        return Objects.requireNonNull(entries.get(tensor.name()), tensor.name());
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}

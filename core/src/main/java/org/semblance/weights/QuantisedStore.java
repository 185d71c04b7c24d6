package org.semblance.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** Tensors stored as little-endian elements, each {@code q * scale + min} where the coding says so. */
record QuantisedStore(ByteSource source, Map<String, Coding> codings) implements TensorStore {
    /** Elements per piece. */
    private static final int PIECE = 1 << 18;

    /**
     * How the elements of a tensor are stored.
     *
     * @param stored type of the elements in the file
     * @param scale factor
     * @param min value of 0
     * @param whole whether values are rounded to whole numbers
     */
    record Coding(StoredType stored, double scale, double min, boolean whole) {
        static Coding plain(StoredType type) {
            return new Coding(type, 1, 0, false);
        }

        private double value(double q) {
            return whole ? Math.rint(q * scale + min) : q * scale + min;
        }
    }

    @Override
    public float[] floats(TensorInfo tensor) throws IOException {
        double[] from = doubles(tensor);
        float[] to = new float[from.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = (float) from[i];
        }
        return to;
    }

    @Override
    public double[] doubles(TensorInfo tensor) throws IOException {
        Coding coding = codings.get(tensor.name());
        if (coding == null) {
            throw new IllegalArgumentException("weights: no tensor named " + tensor.name());
        }
        double[] to = new double[tensor.shape().intCount()];
        int size = coding.stored().bytes();
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.min(PIECE, to.length) * size).order(ByteOrder.LITTLE_ENDIAN);
        for (int start = 0; start < to.length; start += PIECE) {
            int step = Math.min(PIECE, to.length - start);
            source.read(tensor.offset() + (long) start * size, bytes.clear().limit(step * size));
            Elements.doubles(coding.stored(), bytes.flip(), to, start, step);
        }
        decode(coding, to);
        return to;
    }

    private static void decode(Coding coding, double[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = coding.value(values[i]);
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}

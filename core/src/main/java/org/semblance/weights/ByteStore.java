package org.semblance.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Tensors stored as plain elements, read a piece at a time: nothing but the result is large.
 *
 * @param source the bytes
 * @param order of the bytes of an element
 */
public record ByteStore(ByteSource source, ByteOrder order) implements TensorStore {
    /** Elements per piece. */
    private static final int PIECE = 1 << 18;

    /** With little-endian elements. */
    public ByteStore(ByteSource source) {
        this(source, ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public float[] floats(TensorInfo tensor) throws IOException {
        float[] to = new float[tensor.shape().intCount()];
        pieces(tensor, to.length, (bytes, start, count) -> Elements.floats(tensor.type(), bytes, to, start, count));
        return to;
    }

    @Override
    public double[] doubles(TensorInfo tensor) throws IOException {
        double[] to = new double[tensor.shape().intCount()];
        pieces(tensor, to.length, (bytes, start, count) -> Elements.doubles(tensor.type(), bytes, to, start, count));
        return to;
    }

    private void pieces(TensorInfo tensor, int count, Piece piece) throws IOException {
        int size = tensor.type().bytes();
        ByteBuffer bytes = ByteBuffer.allocate(Math.min(PIECE, count) * size).order(order);
        for (int start = 0; start < count; start += PIECE) {
            int step = Math.min(PIECE, count - start);
            source.read(tensor.offset() + (long) start * size, bytes.clear().limit(step * size));
            piece.decode(bytes.flip(), start, step);
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
    }

    /** Takes the elements {@code start .. start + count - 1}. */
    private interface Piece {
        void decode(ByteBuffer bytes, int start, int count);
    }
}

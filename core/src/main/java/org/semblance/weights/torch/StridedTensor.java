package org.semblance.weights.torch;

import java.io.IOException;
import java.util.Arrays;
import org.semblance.array.Shape;
import org.semblance.weights.ByteStore;
import org.semblance.weights.StoredType;
import org.semblance.weights.TensorInfo;

/** A view of a storage: element {@code (i, j, ...)} is at {@code offset + i stride0 + j stride1 + ...}. */
final class StridedTensor {
    private static final int MOST_AXES = 32;
    /** A view may repeat elements (stride 0) up to this number. */
    private static final long MOST_REPEATED = 1 << 20;

    private final Storage storage;
    private final long offset;
    private final Shape shape;
    private final long[] strides;
    private final long span;

    private StridedTensor(Storage storage, long offset, Shape shape, long[] strides, long span) {
        this.storage = storage;
        this.offset = offset;
        this.shape = shape;
        this.strides = strides;
        this.span = span;
    }

    /** A view, checked. @throws IOException if any of its elements lies outside the storage */
    static StridedTensor of(Storage storage, long offset, long[] sizes, long[] strides) throws IOException {
        String got = Arrays.toString(sizes) + " with strides " + Arrays.toString(strides) + " at " + offset
                + " of a storage of " + storage.count();
        if (sizes.length != strides.length || sizes.length > MOST_AXES) {
            throw new IOException("torch: a tensor has as many strides as axes, at most " + MOST_AXES + ", got "
                    + sizes.length + " sizes and " + strides.length + " strides");
        }
        try {
            Shape shape =
                    Shape.of(Arrays.stream(sizes).mapToInt(Math::toIntExact).toArray());
            long span = shape.count() == 0 ? 0 : span(sizes, strides);
            boolean inside = offset >= 0 && Arrays.stream(strides).allMatch(s -> s >= 0);
            if (!inside || span > storage.count() || offset > storage.count() - span) {
                throw new IOException("torch: a tensor must lie inside its storage, got " + got);
            }
            if (shape.count() > Math.max(storage.count(), MOST_REPEATED)) {
                throw new IOException("torch: a tensor may repeat up to " + MOST_REPEATED + " elements, got " + got);
            }
            return new StridedTensor(storage, offset, shape, strides, span);
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw new IOException("torch: sizes of a tensor must be from 0 to 2^31, got " + got, e);
        }
    }

    /** Number of elements from the first to the last in the storage. */
    private static long span(long[] sizes, long[] strides) {
        long last = 0;
        for (int i = 0; i < sizes.length; i++) {
            last = Math.addExact(last, Math.multiplyExact(sizes[i] - 1, strides[i]));
        }
        return last + 1;
    }

    TensorInfo info(String name) {
        return new TensorInfo(name, storage.type(), shape, 0);
    }

    Storage storage() {
        return storage;
    }

    Shape shape() {
        return shape;
    }

    /** Bytes that reading it takes: the larger of what it covers and what it gives. */
    long work() {
        return Math.max(span, shape.count()) * storage.type().bytes();
    }

    /** Elements in row-major order. */
    float[] floats() throws IOException {
        float[] covered = store().floats(covered());
        if (isContiguous()) {
            return covered;
        }
        float[] to = new float[shape.intCount()];
        new Walk((at, from) -> to[at] = covered[from]).run();
        return to;
    }

    /** Elements in row-major order. */
    double[] doubles() throws IOException {
        double[] covered = store().doubles(covered());
        if (isContiguous()) {
            return covered;
        }
        double[] to = new double[shape.intCount()];
        new Walk((at, from) -> to[at] = covered[from]).run();
        return to;
    }

    private ByteStore store() {
        return new ByteStore(storage.bytes(), storage.order());
    }

    private TensorInfo covered() throws IOException {
        if (span > Integer.MAX_VALUE - 8) {
            throw new IOException("torch: a tensor must cover fewer than 2^31 elements, got " + span);
        }
        StoredType type = storage.type();
        return new TensorInfo("", type, Shape.of((int) span), offset * type.bytes());
    }

    private boolean isContiguous() {
        long expected = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            if (shape.dim(i) != 1 && strides[i] != expected) {
                return false;
            }
            expected *= shape.dim(i);
        }
        return span == shape.count();
    }

    private interface Copy {
        void element(int to, int from);
    }

    /** Visits the elements in row-major order. */
    private final class Walk {
        private final Copy copy;
        private int at;

        Walk(Copy copy) {
            this.copy = copy;
        }

        void run() {
            if (shape.count() > 0) {
                axis(0, 0);
            }
        }

        private void axis(int axis, int from) {
            if (axis == strides.length) {
                copy.element(at++, from);
                return;
            }
            for (int i = 0; i < shape.dim(axis); i++) {
                axis(axis + 1, from + (int) (i * strides[axis]));
            }
        }
    }
}

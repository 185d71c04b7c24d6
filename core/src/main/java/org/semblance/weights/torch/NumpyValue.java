package org.semblance.weights.torch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import org.semblance.weights.ByteSource;
import org.semblance.weights.Elements;
import org.semblance.weights.StoredType;
import org.semblance.weights.pickle.Dict;
import org.semblance.weights.pickle.Null;
import org.semblance.weights.pickle.Tuple;
import org.semblance.weights.pickle.Unpickler;
import org.semblance.weights.pickle.Values;

/** NumPy's types, scalars and arrays inside a pickle. */
final class NumpyValue {
    private NumpyValue() {}

    /** An element type; the byte order comes with its state. */
    static final class Dtype {
        private final StoredType type;
        private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

        private Dtype(StoredType type) {
            this.type = type;
        }

        static Dtype of(Tuple arguments) throws IOException {
            String name = arguments.get(0, String.class);
            StoredType type = StoredType.ofNumpy(name);
            if (type == null) {
                throw new IOException("numpy: element types must be numbers, got " + Values.describe(name));
            }
            return new Dtype(type);
        }

        void build(Object state) throws IOException {
            Tuple fields = Values.as(Tuple.class, state, "the state of a dtype");
            if (fields.get(1, String.class).equals(">")) {
                order = ByteOrder.BIG_ENDIAN;
            }
            for (int i = 2; i < Math.min(5, fields.size()); i++) {
                if (fields.items().get(i) != Null.NONE) {
                    throw new IOException("numpy: element types must be plain numbers, got one with parts");
                }
            }
        }
    }

    /** An array, empty until its state comes. */
    static final class Array {
        private @Nullable StridedTensor tensor;

        StridedTensor tensor() throws IOException {
            if (tensor == null) {
                throw new IOException("numpy: an array must have a state, got none");
            }
            return tensor;
        }

        /** An array of protocol 5: bytes, type, shape, order. */
        static Array of(Tuple arguments) throws IOException {
            Array array = new Array();
            array.set(
                    arguments.get(0, ByteSource.class),
                    arguments.get(1, Dtype.class),
                    arguments.get(2, Tuple.class),
                    arguments.get(3, String.class).equals("F"));
            return array;
        }

        /** Version, shape, type, whether in Fortran's order, bytes. */
        void build(Object state) throws IOException {
            Tuple fields = Values.as(Tuple.class, state, "the state of an array");
            set(
                    fields.get(4, ByteSource.class),
                    fields.get(2, Dtype.class),
                    fields.get(1, Tuple.class),
                    fields.get(3, Boolean.class));
        }

        private void set(ByteSource bytes, Dtype dtype, Tuple shape, boolean fortran) throws IOException {
            long[] sizes = TorchTypes.longs(shape);
            Storage storage = new Storage(dtype.type, bytes.size() / dtype.type.bytes(), dtype.order).found(bytes);
            tensor = StridedTensor.of(storage, 0, sizes, strides(sizes, fortran));
        }

        private static long[] strides(long[] sizes, boolean fortran) throws IOException {
            long[] strides = new long[sizes.length];
            long stride = 1;
            try {
                for (int i = 0; i < sizes.length; i++) {
                    int axis = fortran ? i : sizes.length - 1 - i;
                    strides[axis] = stride;
                    stride = Math.multiplyExact(stride, Math.max(1, sizes[axis]));
                }
            } catch (ArithmeticException e) {
                throw new IOException("numpy: an array must have fewer than 2^63 elements", e);
            }
            return strides;
        }
    }

    /** A number. */
    static Object scalar(Tuple arguments) throws IOException {
        Dtype dtype = arguments.get(0, Dtype.class);
        ByteBuffer bytes = ByteBuffer.wrap(Unpickler.small(arguments.get(1, ByteSource.class), 16))
                .order(dtype.order);
        if (bytes.remaining() != dtype.type.bytes()) {
            throw new IOException(
                    "numpy: a " + dtype.type + " must have " + dtype.type.bytes() + " bytes, got " + bytes.remaining());
        }
        double[] value = new double[1];
        Elements.doubles(dtype.type, bytes, value, 0, 1);
        return dtype.type.dtype().isPresent() ? (Object) value[0] : (Object) (long) value[0];
    }

    /** The dictionary of a legacy file's system. @throws IOException if its numbers are not little-endian */
    static void requireLittleEndian(Dict system) throws IOException {
        if (!system.get("little_endian", Boolean.class)) {
            throw new IOException("torch: storages must be little-endian, got a file of a big-endian machine");
        }
    }
}

package org.semblance.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.weights.Half;

/**
 * A tensor of a file: an initialiser or the value of an attribute. Its elements are decoded when asked for.
 *
 * @param name name, may be empty
 * @param type type of the elements
 * @param dims extents
 * @param data the elements as stored
 */
record OnnxTensor(String name, OnnxType type, int[] dims, OnnxData data) {
    /** Most elements of a tensor that is looked at before anything runs: shapes, scales, axes. */
    static final int MOST_ON_HOST = 1 << 16;

    /** Number of elements. */
    long count() {
        return Shape.of(dims).count();
    }

    /** All elements as float32; they are finite. */
    HostArray floats() throws IOException {
        double[] typed = data.typed();
        float[] to = new float[Math.toIntExact(count())];
        if (typed != null) {
            for (int i = 0; i < to.length; i++) {
                to[i] = (float) fromTyped(typed[i]);
            }
        } else {
            fill(data.bytes(), to);
        }
        return new HostArray(Shape.of(dims), finite(to));
    }

    private float[] finite(float[] values) throws IOException {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IOException("onnx: values must be finite in float32, got " + values[i] + " at '" + name + "'["
                        + i + "], stored as " + type);
            }
        }
        return values;
    }

    private void fill(ByteBuffer bytes, float[] to) {
        if (type == OnnxType.FLOAT) {
            bytes.asFloatBuffer().get(to);
            return;
        }
        for (int i = 0; i < to.length; i++) {
            to[i] = (float) element(bytes, i);
        }
    }

    /** The few elements as numbers. */
    HostValue host() throws IOException {
        if (count() > MOST_ON_HOST) {
            throw new IOException("onnx: '" + name + "' must have at most " + MOST_ON_HOST
                    + " elements to be a shape, an axis or a scale, got " + Arrays.toString(dims));
        }
        double[] typed = data.typed();
        ByteBuffer bytes = typed == null ? data.bytes() : ByteBuffer.allocate(0);
        double[] values = new double[(int) count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = typed != null ? fromTyped(typed[i]) : element(bytes, i);
        }
        return new HostValue(dims, values, type.isWhole());
    }

    /** Half precision in a list of 32-bit numbers is stored as bit patterns. */
    private double fromTyped(double value) {
        return switch (type) {
            case FLOAT16 -> Half.fromF16((short) (int) value);
            case BFLOAT16 -> Half.fromBf16((short) (int) value);
            default -> value;
        };
    }

    private double element(ByteBuffer bytes, int i) {
        int at = i * type.bytes();
        return switch (type) {
            case FLOAT -> bytes.getFloat(at);
            case DOUBLE -> bytes.getDouble(at);
            case FLOAT16 -> Half.fromF16(bytes.getShort(at));
            case BFLOAT16 -> Half.fromBf16(bytes.getShort(at));
            case INT64, UINT64 -> bytes.getLong(at);
            case INT32 -> bytes.getInt(at);
            case UINT32 -> Integer.toUnsignedLong(bytes.getInt(at));
            case INT16 -> bytes.getShort(at);
            case UINT16 -> Short.toUnsignedInt(bytes.getShort(at));
            case INT8 -> bytes.get(at);
            case UINT8, BOOL -> Byte.toUnsignedInt(bytes.get(at));
        };
    }
}

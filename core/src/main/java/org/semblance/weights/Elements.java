package org.semblance.weights;

import java.nio.ByteBuffer;

/** Decodes elements of every stored type, in the byte order of the buffer. */
public final class Elements {
    private Elements() {}

    /** Decodes {@code count} elements of a float type into {@code to[start..]}. */
    public static void floats(StoredType type, ByteBuffer bytes, float[] to, int start, int count) {
        switch (type) {
            case F32 -> bytes.asFloatBuffer().get(to, start, count);
            case F16 -> Half.fromF16(shorts(bytes, count), 0, to, start, count);
            case BF16 -> Half.fromBf16(shorts(bytes, count), 0, to, start, count);
            case F64 -> narrow(bytes, to, start, count);
            default -> throw new IllegalArgumentException("weights: elements must be floats, got " + type);
        }
    }

    /** Decodes {@code count} elements of any type into {@code to[start..]}. */
    public static void doubles(StoredType type, ByteBuffer bytes, double[] to, int start, int count) {
        if (type == StoredType.F64) {
            bytes.asDoubleBuffer().get(to, start, count);
            return;
        }
        int size = type.bytes();
        for (int i = 0; i < count; i++) {
            to[start + i] = element(type, bytes, i * size);
        }
    }

    private static double element(StoredType type, ByteBuffer bytes, int at) {
        return switch (type) {
            case F64 -> bytes.getDouble(at);
            case F32 -> bytes.getFloat(at);
            case F16 -> Half.fromF16(bytes.getShort(at));
            case BF16 -> Half.fromBf16(bytes.getShort(at));
            case I64 -> bytes.getLong(at);
            case U64 -> unsigned(bytes.getLong(at));
            case I32 -> bytes.getInt(at);
            case U32 -> Integer.toUnsignedLong(bytes.getInt(at));
            case I16 -> bytes.getShort(at);
            case U16 -> Short.toUnsignedInt(bytes.getShort(at));
            case I8 -> bytes.get(at);
            case U8, BOOL -> Byte.toUnsignedInt(bytes.get(at));
            case F8_E4M3 -> e4m3(bytes.get(at));
            case F8_E5M2 -> Half.fromF16((short) (bytes.get(at) << 8));
        };
    }

    /** 4 exponent bits of bias 7, 3 fraction bits, no infinities; all ones is NaN. */
    private static double e4m3(byte bits) {
        int exponent = bits >> 3 & 15;
        int fraction = bits & 7;
        if (exponent == 15 && fraction == 7) {
            return Double.NaN;
        }
        double magnitude = exponent == 0 ? Math.scalb(fraction, -9) : Math.scalb(8 + fraction, exponent - 10);
        return bits < 0 ? -magnitude : magnitude;
    }

    private static double unsigned(long value) {
        return value >= 0 ? value : (value >>> 1 | value & 1) * 2.0;
    }

    private static short[] shorts(ByteBuffer bytes, int count) {
        short[] shorts = new short[count];
        bytes.asShortBuffer().get(shorts);
        return shorts;
    }

    private static void narrow(ByteBuffer bytes, float[] to, int start, int count) {
        for (int i = 0; i < count; i++) {
            to[start + i] = (float) bytes.getDouble(i * 8);
        }
    }
}

package org.semblance.weights;

/**
 * Conversions between float32 and the two 16-bit float types, IEEE binary16 (F16) and bfloat16 (BF16).
 *
 * <p>Widening is exact. Narrowing rounds to nearest, ties to even; values beyond the largest finite one become
 * infinite; NaN stays NaN and keeps its sign and the upper bits of its payload.
 */
public final class Half {
    /*
     * binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits. Moved 13 bits to the left, its exponent and fraction
     * are
     * those of a float32 that is too small by 2^(127-15) = 2^112, for normal and subnormal numbers alike: one exact
     * multiplication converts both. The other way, adding 0.5 to a number below 2^-14 leaves a sum whose last bit is
     * worth 2^-24, the smallest binary16 subnormal: the float32 addition does the rounding.
     */
    private static final float F16_SCALE = 0x1p112f;

    private static final int F16_INFINITY = 0x7c00;
    private static final int F32_INFINITY = 0x7f800000;
    /** Bits of 65520, half way between the largest binary16 and what would follow it: rounds to infinity. */
    private static final int F16_OVERFLOW = 0x477ff000;
    /** Bits of 2^-14, the smallest normal binary16. */
    private static final int F16_NORMAL = 0x38800000;

    private Half() {}

    /** The float32 with the value of a binary16. */
    public static float fromF16(short half) {
        int sign = (half & 0x8000) << 16;
        int magnitude = half & 0x7fff;
        if (magnitude >= F16_INFINITY) {
            return Float.intBitsToFloat(sign | F32_INFINITY | (magnitude & 0x3ff) << 13);
        }
        float scaled = Float.intBitsToFloat(magnitude << 13) * F16_SCALE;
        return Float.intBitsToFloat(sign | Float.floatToRawIntBits(scaled));
    }

    /** The binary16 nearest to a float32. */
    public static short toF16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (short) ((bits >>> 16 & 0x8000) | f16Magnitude(bits & 0x7fffffff));
    }

    private static int f16Magnitude(int bits) {
        if (bits > F32_INFINITY) {
            return F16_INFINITY | 0x200 | (bits >>> 13 & 0x3ff);
        }
        if (bits >= F16_OVERFLOW) {
            return F16_INFINITY;
        }
        if (bits < F16_NORMAL) {
            return Float.floatToRawIntBits(Float.intBitsToFloat(bits) + 0.5f) - Float.floatToRawIntBits(0.5f);
        }
        return (bits + 0xfff + (bits >>> 13 & 1) - (112 << 23)) >>> 13;
    }

    /** The float32 with the value of a bfloat16. */
    public static float fromBf16(short brain) {
        return Float.intBitsToFloat(brain << 16);
    }

    /** The bfloat16 nearest to a float32. */
    public static short toBf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if ((bits & 0x7fffffff) > F32_INFINITY) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
    }

    /** Converts {@code count} binary16 values, {@code from[fromStart..]} into {@code to[toStart..]}. */
    public static void fromF16(short[] from, int fromStart, float[] to, int toStart, int count) {
        for (int i = 0; i < count; i++) {
            to[toStart + i] = fromF16(from[fromStart + i]);
        }
    }

    /** Converts {@code count} values to binary16, {@code from[fromStart..]} into {@code to[toStart..]}. */
    public static void toF16(float[] from, int fromStart, short[] to, int toStart, int count) {
        for (int i = 0; i < count; i++) {
            to[toStart + i] = toF16(from[fromStart + i]);
        }
    }

    /** Converts {@code count} bfloat16 values, {@code from[fromStart..]} into {@code to[toStart..]}. */
    public static void fromBf16(short[] from, int fromStart, float[] to, int toStart, int count) {
        for (int i = 0; i < count; i++) {
            to[toStart + i] = fromBf16(from[fromStart + i]);
        }
    }

    /** Converts {@code count} values to bfloat16, {@code from[fromStart..]} into {@code to[toStart..]}. */
    public static void toBf16(float[] from, int fromStart, short[] to, int toStart, int count) {
        for (int i = 0; i < count; i++) {
            to[toStart + i] = toBf16(from[fromStart + i]);
        }
    }
}

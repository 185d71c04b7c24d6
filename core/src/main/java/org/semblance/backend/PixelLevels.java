package org.semblance.backend;

/** Float32 planes in [-1, 1] to interleaved 8-bit pixels. */
final class PixelLevels {
    private PixelLevels() {}

    /** Planes {@code [N, 3, size]} to {@code [N, size, 3]}. */
    static void convert(float[] planes, int size, byte[] rgb) {
        for (int at = 0; at < rgb.length; at++) {
            int pixel = at / 3;
            int image = pixel / size;
            rgb[at] = level(planes, (3 * image + at % 3) * size + pixel - image * size);
        }
    }

    private static byte level(float[] planes, int index) {
        float x = planes[index];
        if (!Float.isFinite(x)) {
            throw new IllegalArgumentException("image: values must be finite, got " + x + " at element " + index);
        }
        return (byte) Math.max(0, Math.min(255, (int) Math.floor(x * 127.5f + 128f)));
    }
}

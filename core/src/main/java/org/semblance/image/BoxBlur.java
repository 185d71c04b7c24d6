package org.semblance.image;

/** A blur by three running means along each axis, whose variance is that of a Gaussian; beyond the edge it mirrors. */
final class BoxBlur {
    private static final int PASSES = 3;

    private BoxBlur() {}

    /** A blurred copy of {@code [height, width]}. */
    static float[] gaussian(float[] plane, int width, int height, double sigma) {
        // a mean of 2r + 1 pixels has the variance r (r + 1) / 3
        int radius = (int) Math.round((Math.sqrt(1 + 12 * sigma * sigma / PASSES) - 1) / 2);
        float[] blurred = plane.clone();
        float[] line = new float[Math.max(width, height)];
        for (int pass = 0; pass < PASSES && radius > 0; pass++) {
            for (int y = 0; y < height; y++) {
                mean(blurred, y * width, 1, width, radius, line);
            }
            for (int x = 0; x < width; x++) {
                mean(blurred, x, width, height, radius, line);
            }
        }
        return blurred;
    }

    /** Replaces n values, a step apart, by the means around them. */
    private static void mean(float[] data, int start, int step, int n, int radius, float[] line) {
        for (int i = 0; i < n; i++) {
            line[i] = data[start + i * step];
        }
        double sum = 0;
        for (int i = -radius; i <= radius; i++) {
            sum += line[mirror(i, n)];
        }
        for (int i = 0; i < n; i++) {
            data[start + i * step] = (float) (sum / (2 * radius + 1));
            sum += line[mirror(i + radius + 1, n)] - line[mirror(i - radius, n)];
        }
    }

    private static int mirror(int index, int n) {
        int place = Math.floorMod(index, 2 * n);
        return place < n ? place : 2 * n - 1 - place;
    }
}

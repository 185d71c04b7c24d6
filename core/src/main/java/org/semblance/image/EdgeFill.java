package org.semblance.image;

/**
 * A picture with more around it: mirrored, then the more blurred and the more faded into the median colour the farther
 * from the picture.
 *
 * @param image the picture
 * @param left columns added left
 * @param top rows added above
 * @param right columns added right
 * @param bottom rows added below
 */
record EdgeFill(Image image, int left, int top, int right, int bottom) {
    /** @param sigma of the blur, in pixels */
    Image run(double sigma) {
        int width = width();
        byte[] rgb = new byte[Image.bytes(width, height())];
        for (int channel = 0; channel < 3; channel++) {
            float[] sharp = mirrored(channel);
            float[] plane = BoxBlur.gaussian(sharp, width, height(), sigma);
            for (int i = 0; i < plane.length; i++) {
                float share = clamped(3 * depth(i % width, i / width) + 1);
                plane[i] = sharp[i] + (plane[i] - sharp[i]) * share;
            }
            float median = median(plane);
            for (int i = 0; i < plane.length; i++) {
                float share = clamped(depth(i % width, i / width));
                rgb[3 * i + channel] = level(plane[i] + (median - plane[i]) * share);
            }
        }
        return new Image(width, height(), rgb);
    }

    private int width() {
        return image.width() + left + right;
    }

    private int height() {
        return image.height() + top + bottom;
    }

    private float[] mirrored(int channel) {
        float[] plane = new float[width() * height()];
        for (int y = 0; y < height(); y++) {
            int row = mirror(y - top, image.height()) * image.width();
            for (int x = 0; x < width(); x++) {
                plane[y * width() + x] = image.level(3 * (row + mirror(x - left, image.width())) + channel);
            }
        }
        return plane;
    }

    /** Back and forth between 0 and n - 1, the ends not repeated. */
    private static int mirror(int index, int n) {
        if (n == 1) {
            return 0;
        }
        int place = Math.floorMod(index, 2 * (n - 1));
        return place < n ? place : 2 * (n - 1) - place;
    }

    /** 1 at the outer edge, 0 at the picture's own, below 0 inside. */
    private float depth(int x, int y) {
        float across = Math.min((float) x / left, (float) (width() - 1 - x) / right);
        float down = Math.min((float) y / top, (float) (height() - 1 - y) / bottom);
        return 1 - Math.min(across, down);
    }

    private static float clamped(float share) {
        return Math.max(0, Math.min(1, share));
    }

    private static byte level(float value) {
        return (byte) Math.max(0, Math.min(255, Math.round(value)));
    }

    /** Of the levels, to a 256th of a level step. */
    private static float median(float[] plane) {
        int[] counts = new int[255 * 256 + 1];
        for (float value : plane) {
            counts[Math.max(0, Math.min(counts.length - 1, Math.round(value * 256)))]++;
        }
        int left = plane.length / 2;
        int level = 0;
        while (left >= counts[level]) {
            left -= counts[level++];
        }
        return level / 256f;
    }
}

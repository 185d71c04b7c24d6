package org.semblance.image;

/** Samples between pixels; beyond the border the last pixel goes on. */
final class Bilinear {
    private Bilinear() {}

    /** The level of a channel at a continuous place. */
    static double level(Image image, double x, double y, int channel) {
        double left = Math.floor(x - 0.5);
        double top = Math.floor(y - 0.5);
        int x0 = clamped(left, image.width());
        int x1 = clamped(left + 1, image.width());
        int y0 = clamped(top, image.height());
        int y1 = clamped(top + 1, image.height());
        double shareX = x - 0.5 - left;
        double shareY = y - 0.5 - top;
        double above = mix(image, x0, x1, y0, shareX, channel);
        double below = mix(image, x0, x1, y1, shareX, channel);
        return above + (below - above) * shareY;
    }

    private static double mix(Image image, int x0, int x1, int y, double share, int channel) {
        double left = image.level(3 * (y * image.width() + x0) + channel);
        double right = image.level(3 * (y * image.width() + x1) + channel);
        return left + (right - left) * share;
    }

    private static int clamped(double index, int n) {
        return (int) Math.max(0, Math.min(n - 1, index));
    }
}

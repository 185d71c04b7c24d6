package org.semblance.image;

import org.semblance.array.HostArray;

/**
 * The square input that face-api.js' networks see of a part of a picture: the part on whole pixels, zeros (black) at
 * its shorter sides, and bilinear sampling at {@code place * scale} without half-pixel centres or antialiasing, as
 * TensorFlow.js resizes.
 *
 * @param part the part of the picture, on whole pixels
 * @param side pixels per side of the input
 * @param before zeros before the shorter side, in pixels of the picture
 */
public record SquareInput(Box part, int side, int before) {
    /** A part in the middle of a square, as landmark networks and recognisers see it. */
    public static SquareInput centred(Image image, Box wanted, int side) {
        Box part = wanted.within(image.width(), image.height());
        if (part.width() < 1 || part.height() < 1) {
            throw new IllegalArgumentException("square: the part must hold a pixel of " + image + ", got " + wanted);
        }
        long missing = Math.round(Math.abs(part.width() - part.height()));
        return new SquareInput(part, side, (int) (missing - Math.round(missing * 0.5)));
    }

    /** A whole picture in the top left corner of a square, as detectors see it. */
    public static SquareInput whole(Image image, int side) {
        return new SquareInput(new Box(0, 0, image.width(), image.height()), side, 0);
    }

    /** The input, {@code [1, 3, side, side]} in [-1, 1]. */
    public HostArray of(Image image) {
        float[] to = new float[3 * side * side];
        double scale = Math.max(part.width(), part.height()) / side;
        Sampler sampler = new Sampler(image, part, beforeX(), beforeY());
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                sampler.sample(x * scale, y * scale, to, y * side + x, side * side);
            }
        }
        return HostArray.of(to, 1, 3, side, side);
    }

    private int beforeX() {
        return part.width() < part.height() ? before : 0;
    }

    private int beforeY() {
        return part.height() < part.width() ? before : 0;
    }

    /**
     * Where in the picture a point of the input lies.
     *
     * @param x fraction of the input's side, from the left
     * @param y fraction of the input's side, from the top
     */
    public Point inPicture(double x, double y) {
        double longer = Math.max(part.width(), part.height());
        double padX = (longer - part.width()) / 2;
        double padY = (longer - part.height()) / 2;
        return new Point(x * longer - padX + part.x(), y * longer - padY + part.y());
    }

    /** Bilinear samples of a part with zeros around. */
    private record Sampler(Image image, Box part, int padX, int padY) {
        void sample(double x, double y, float[] to, int at, int plane) {
            int side = (int) Math.max(part.width(), part.height());
            int left = (int) Math.floor(x);
            int top = (int) Math.floor(y);
            int right = Math.min(side - 1, (int) Math.ceil(x));
            int bottom = Math.min(side - 1, (int) Math.ceil(y));
            for (int channel = 0; channel < 3; channel++) {
                double above = mix(level(left, top, channel), level(right, top, channel), x - left);
                double below = mix(level(left, bottom, channel), level(right, bottom, channel), x - left);
                to[at + channel * plane] = (float) (mix(above, below, y - top) / 127.5 - 1);
            }
        }

        private static double mix(double a, double b, double share) {
            return a + (b - a) * share;
        }

        private double level(int x, int y, int channel) {
            int column = x - padX;
            int row = y - padY;
            if (column < 0 || row < 0 || column >= part.width() || row >= part.height()) {
                return 0;
            }
            return image.level(3 * ((row + (int) part.y()) * image.width() + column + (int) part.x()) + channel);
        }
    }
}

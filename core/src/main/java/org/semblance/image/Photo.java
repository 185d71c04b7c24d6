package org.semblance.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A picture as a camera or an editor left it, turned upright, with its transparency kept beside the colours. Grey and
 * CMYK files are converted to RGB. In memory it takes 3 bytes per pixel, 4 with transparency, and as much again while
 * it
 * is turned.
 */
public final class Photo {
    /** Most pixels that {@link #read(Path)} accepts: 256 Mi, 16384 by 16384. */
    public static final int MAX_PIXELS = 1 << 28;

    private final Image image;
    private final byte @Nullable [] alpha;

    /** Takes the array over. */
    Photo(Image image, byte @Nullable [] alpha) {
        this.image = image;
        this.alpha = alpha;
    }

    /** An opaque picture. */
    public static Photo of(Image image) {
        return new Photo(image, null);
    }

    /**
     * Reads a PNG or JPEG file.
     *
     * @throws IOException naming the file, if it cannot be read, is something else, is damaged or too large
     */
    public static Photo read(Path path) throws IOException {
        return ImageReading.photo(path, MAX_PIXELS);
    }

    /** Reads a PNG or JPEG from a stream to its end. @param source what the stream is, for messages */
    public static Photo read(InputStream in, String source) throws IOException {
        return ImageReading.photo(in, source, MAX_PIXELS);
    }

    /** The colours, not composited with anything. */
    public Image image() {
        return image;
    }

    /** Whether some of it may be transparent. */
    public boolean hasAlpha() {
        return alpha != null;
    }

    /** Opacity of a pixel, 0 to 255. */
    public int alpha(int x, int y) {
        return alpha == null ? 255 : alpha[y * image.width() + x] & 0xff;
    }

    /**
     * Other colours of the same size under the same transparency.
     *
     * @throws IllegalArgumentException if the size differs
     */
    public Photo with(Image colours) {
        if (colours.width() != image.width() || colours.height() != image.height()) {
            throw new IllegalArgumentException("photo: colours must be of its size, " + image + ", got " + colours);
        }
        return new Photo(colours, alpha);
    }

    /** The picture over white. */
    public Image overWhite() {
        if (alpha == null) {
            return image;
        }
        byte[] rgb = image.toBytes();
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = BufferedPixels.overWhite(rgb[i] & 0xff, alpha[i / 3] & 0xff);
        }
        return new Image(image.width(), image.height(), rgb);
    }

    /** Writes a PNG file with the transparency; a file that was there is replaced once the new one is complete. */
    public void writePng(Path path) throws IOException {
        ImageWriting.write(path, alpha == null ? image.toPng() : ImageWriting.png(toBufferedImage(alpha)));
    }

    private BufferedImage toBufferedImage(byte[] opacity) {
        int width = image.width();
        BufferedImage to = new BufferedImage(width, image.height(), BufferedImage.TYPE_INT_ARGB);
        int[] row = new int[width];
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < width; x++) {
                row[x] = (opacity[y * width + x] & 0xff) << 24 | image.rgb(x, y);
            }
            to.setRGB(0, y, width, 1, row, 0, width);
        }
        return to;
    }

    /** Upright, from a picture that lies as EXIF's number says. */
    Photo turned(int orientation) {
        if (orientation == 1) {
            return this;
        }
        int w = image.width();
        int h = image.height();
        boolean swaps = orientation >= 5;
        int width = swaps ? h : w;
        int height = swaps ? w : h;
        byte[] rgb = new byte[3 * w * h];
        byte[] opacity = alpha == null ? null : new byte[w * h];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int from = source(orientation, x, y, w, h);
                int to = y * width + x;
                image.copyPixel(from, rgb, to);
                if (opacity != null && alpha != null) {
                    opacity[to] = alpha[from];
                }
            }
        }
        return new Photo(new Image(width, height, rgb), opacity);
    }

    /** The stored pixel that an upright one comes from. */
    private static int source(int orientation, int x, int y, int w, int h) {
        return switch (orientation) {
            case 2 -> y * w + w - 1 - x;
            case 3 -> (h - 1 - y) * w + w - 1 - x;
            case 4 -> (h - 1 - y) * w + x;
            case 5 -> x * w + y;
            case 6 -> (h - 1 - x) * w + y;
            case 7 -> (h - 1 - x) * w + w - 1 - y;
            case 8 -> x * w + w - 1 - y;
            default -> y * w + x;
        };
    }
}

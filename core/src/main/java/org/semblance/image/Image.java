package org.semblance.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.semblance.array.HostArray;

/**
 * An immutable picture of 8-bit sRGB pixels. Rows run from the top, columns from the left.
 *
 * <p>As an array it is {@code [3, H, W]} float32 in [-1, 1], channels red, green, blue: {@code v / 127.5 - 1}, and back
 * {@code floor(x * 127.5 + 128)} clamped to 0..255, StyleGAN's convention. An image survives both unchanged.
 */
public final class Image {
    /** Most pixels that {@link #read(Path)} accepts: 64 Mi, 8192 by 8192. */
    public static final int MAX_PIXELS_READ = 1 << 26;

    private static final int MAX_PIXELS = (Integer.MAX_VALUE - 8) / 3;

    private final int width;
    private final int height;
    private final byte[] rgb;

    /** Takes the array over. */
    Image(int width, int height, byte[] rgb) {
        this.width = width;
        this.height = height;
        this.rgb = rgb;
    }

    /**
     * An image of these pixels.
     *
     * @param rgb {@code 3 * width * height} bytes, red, green, blue of each pixel, row by row; copied
     * @throws IllegalArgumentException if the sizes are not positive or do not match
     */
    public static Image of(int width, int height, byte[] rgb) {
        int bytes = bytes(width, height);
        if (rgb.length != bytes) {
            throw new IllegalArgumentException(
                    "image: " + width + "x" + height + " pixels must have " + bytes + " bytes, got " + rgb.length);
        }
        return new Image(width, height, rgb.clone());
    }

    /** An image of one colour, {@code 0xRRGGBB}. */
    public static Image filled(int width, int height, int colour) {
        return new Canvas(width, height, colour).toImage();
    }

    /**
     * Reads a PNG or JPEG file; see {@link #read(InputStream, String)}.
     *
     * @throws IOException naming the file, if it cannot be read, is something else, or is damaged
     */
    public static Image read(Path path) throws IOException {
        return ImageReading.read(path);
    }

    /**
     * Reads a PNG or JPEG from a stream, which is read to its end and not closed. Grey, palette and 16-bit pictures
     * become 8-bit RGB, and so do CMYK JPEGs; transparent pixels are composited over white; what EXIF says lies on its
     * side is turned upright. Pictures above {@link #MAX_PIXELS_READ} are refused before their pixels are decoded. See
     * {@link Photo} for larger ones and for transparency.
     *
     * @param source what the stream is, for messages
     * @throws IOException if it cannot be read, is something else, or is damaged
     */
    public static Image read(InputStream in, String source) throws IOException {
        return ImageReading.read(in, source);
    }

    /**
     * The pixels of an AWT image: transparent ones composited over white, grey levels kept as they are, other colour
     * spaces converted to sRGB.
     */
    public static Image of(BufferedImage image) {
        return BufferedPixels.toImage(image);
    }

    /**
     * An image from values in [-1, 1]; values outside are clamped.
     *
     * @param array {@code [3, H, W]}
     * @throws IllegalArgumentException for another shape, NaN or infinite values
     */
    public static Image fromFloats(HostArray array) {
        return ImageFloats.image(array);
    }

    /**
     * The images of a batch, values as in {@link #fromFloats}.
     *
     * @param batch {@code [N, 3, H, W]}
     * @throws IllegalArgumentException for another shape, NaN or infinite values
     */
    public static List<Image> unstack(HostArray batch) {
        return ImageFloats.unstack(batch);
    }

    /**
     * A batch {@code [N, 3, H, W]} of images, values as in {@link #toFloats}.
     *
     * @throws IllegalArgumentException if there is none, or their sizes differ
     */
    public static HostArray stack(List<Image> images) {
        return ImageFloats.stack(images);
    }

    /** This image as {@code [3, H, W]} float32 in [-1, 1]. */
    public HostArray toFloats() {
        float[] to = new float[rgb.length];
        ImageFloats.fill(this, to, 0);
        return HostArray.of(to, 3, height, width);
    }

    /** Columns. */
    public int width() {
        return width;
    }

    /** Rows. */
    public int height() {
        return height;
    }

    /**
     * The pixel in column x of row y as {@code 0xRRGGBB}.
     *
     * @throws IllegalArgumentException if it lies outside
     */
    public int rgb(int x, int y) {
        if (x < 0 || x >= width || y < 0 || y >= height) {
            throw new IllegalArgumentException(
                    "image: a pixel must lie inside " + width + "x" + height + ", got (" + x + ", " + y + ")");
        }
        int at = 3 * (y * width + x);
        return level(at) << 16 | level(at + 1) << 8 | level(at + 2);
    }

    /** A copy of the pixels: red, green, blue of each, row by row. */
    public byte[] toBytes() {
        return rgb.clone();
    }

    /** A copy as an AWT image of type {@code TYPE_INT_RGB}. */
    public BufferedImage toBufferedImage() {
        return BufferedPixels.fromImage(this);
    }

    /**
     * This image at another size: separable, with a triangle filter. Enlarging is bilinear with half-pixel centres and
     * repeated edges; shrinking widens the filter by the scale, so that every pixel counts (as Pillow's BILINEAR and
     * torch's bilinear with antialias do).
     */
    public Image resized(int newWidth, int newHeight) {
        bytes(newWidth, newHeight);
        bytes(newWidth, height); // between the two passes
        return newWidth == width && newHeight == height ? this : Resampling.resized(this, newWidth, newHeight);
    }

    /**
     * The part of this size whose top left pixel is (x, y).
     *
     * @throws IllegalArgumentException if it reaches outside
     */
    public Image cropped(int x, int y, int newWidth, int newHeight) {
        bytes(newWidth, newHeight);
        if (x < 0 || y < 0 || newWidth > width - x || newHeight > height - y) {
            throw new IllegalArgumentException("image: a crop must lie inside " + width + "x" + height + ", got "
                    + newWidth + "x" + newHeight + " at (" + x + ", " + y + ")");
        }
        byte[] part = new byte[3 * newWidth * newHeight];
        for (int row = 0; row < newHeight; row++) {
            System.arraycopy(rgb, 3 * ((y + row) * width + x), part, 3 * row * newWidth, 3 * newWidth);
        }
        return new Image(newWidth, newHeight, part);
    }

    /** This image as a PNG file's bytes. */
    public byte[] toPng() throws IOException {
        return ImageWriting.png(this);
    }

    /** Writes a PNG file; a file that was there is replaced once the new one is complete. */
    public void writePng(Path path) throws IOException {
        ImageWriting.write(path, ImageWriting.png(this));
    }

    /**
     * Writes a JPEG file; a file that was there is replaced once the new one is complete.
     *
     * @param quality 0 (small) to 1 (good)
     */
    public void writeJpeg(Path path, double quality) throws IOException {
        ImageWriting.write(path, ImageWriting.jpeg(this, quality));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Image image && image.width == width && Arrays.equals(image.rgb, rgb);
    }

    @Override
    public int hashCode() {
        return 31 * width + Arrays.hashCode(rgb);
    }

    @Override
    public String toString() {
        return "image " + width + "x" + height;
    }

    /** Level 0..255 of the sample at an index of the packed pixels. */
    int level(int index) {
        return rgb[index] & 0xff;
    }

    /** Copies one pixel. */
    void copyPixel(int from, byte[] to, int at) {
        System.arraycopy(rgb, 3 * from, to, 3 * at, 3);
    }

    /** Copies a row of pixels. */
    void copyRow(int y, byte[] to, int start) {
        System.arraycopy(rgb, 3 * y * width, to, start, 3 * width);
    }

    /** Checks sizes; the number of bytes of such an image. */
    static int bytes(int width, int height) {
        if (width < 1 || height < 1 || (long) width * height > MAX_PIXELS) {
            throw new IllegalArgumentException(
                    "image: sizes must be positive and at most " + MAX_PIXELS + " pixels, got " + width + "x" + height);
        }
        return 3 * width * height;
    }
}

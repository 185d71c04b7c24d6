package org.semblance.image;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import org.jspecify.annotations.Nullable;

/** Pixels to and from AWT images. */
final class BufferedPixels {
    /*
     * AWT takes a grey level for a linear intensity and brightens it when asked for sRGB. Files mean sRGB grey, so
     * grey rasters are read directly.
     */
    private BufferedPixels() {}

    static Image toImage(BufferedImage image) {
        return copied(image).overWhite();
    }

    /** Takes the image over where its array is of the right form already. */
    static Photo toPhoto(BufferedImage image) {
        Image.bytes(image.getWidth(), image.getHeight());
        byte[] packed = packed(image);
        return packed == null ? copied(image) : Photo.of(new Image(image.getWidth(), image.getHeight(), packed));
    }

    private static Photo copied(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[Image.bytes(width, height)];
        byte[] alpha = image.getColorModel().hasAlpha() ? new byte[width * height] : null;
        boolean grey = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY
                && !(image.getColorModel() instanceof IndexColorModel);
        for (int y = 0; y < height; y++) {
            if (grey) {
                greyRow(image, y, rgb, alpha);
            } else {
                colourRow(image, y, rgb, alpha);
            }
        }
        return new Photo(new Image(width, height, rgb), alpha);
    }

    /**
     * The decoder's own array, if it holds three bytes of sRGB per pixel and nothing else; the bytes are put in order.
     */
    private static byte @Nullable [] packed(BufferedImage image) {
        Raster raster = image.getRaster();
        boolean fits = raster.getSampleModel() instanceof PixelInterleavedSampleModel
                && raster.getDataBuffer() instanceof DataBufferByte
                && image.getColorModel().getColorSpace().isCS_sRGB()
                && raster.getNumBands() == 3;
        if (!fits) {
            return null;
        }
        PixelInterleavedSampleModel model = (PixelInterleavedSampleModel) raster.getSampleModel();
        byte[] data = ((DataBufferByte) raster.getDataBuffer()).getData();
        boolean whole = model.getPixelStride() == 3
                && model.getScanlineStride() == 3 * image.getWidth()
                && data.length == 3 * image.getWidth() * image.getHeight();
        if (!whole) {
            return null;
        }
        if (model.getBandOffsets()[0] == 2) {
            reverse(data);
        }
        return model.getBandOffsets()[1] == 1 ? data : null;
    }

    private static void reverse(byte[] pixels) {
        for (int i = 0; i < pixels.length; i += 3) {
            byte blue = pixels[i];
            pixels[i] = pixels[i + 2];
            pixels[i + 2] = blue;
        }
    }

    static BufferedImage fromImage(Image image) {
        BufferedImage to = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        int[] row = new int[image.width()];
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < row.length; x++) {
                row[x] = image.rgb(x, y);
            }
            to.setRGB(0, y, row.length, 1, row, 0, row.length);
        }
        return to;
    }

    /** The same pixels byte by byte, which PNG's encoder reads faster than whole numbers. */
    static BufferedImage interleaved(Image image) {
        byte[] rgb = image.toBytes();
        WritableRaster raster = Raster.createInterleavedRaster(
                new DataBufferByte(rgb, rgb.length),
                image.width(),
                image.height(),
                3 * image.width(),
                3,
                new int[] {0, 1, 2},
                null);
        ColorModel model = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, Transparency.OPAQUE, DataBuffer.TYPE_BYTE);
        return new BufferedImage(model, raster, false, null);
    }

    private static void colourRow(BufferedImage image, int y, byte[] to, byte @Nullable [] alpha) {
        int width = image.getWidth();
        int[] argb = image.getRGB(0, y, width, 1, null, 0, width);
        for (int x = 0; x < width; x++) {
            for (int channel = 0; channel < 3; channel++) {
                to[3 * (y * width + x) + channel] = (byte) (argb[x] >> 16 - 8 * channel);
            }
            if (alpha != null) {
                alpha[y * width + x] = (byte) (argb[x] >>> 24);
            }
        }
    }

    private static void greyRow(BufferedImage image, int y, byte[] to, byte @Nullable [] alpha) {
        Raster raster = image.getRaster();
        int width = image.getWidth();
        int bands = raster.getNumBands();
        int[] samples = raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, (int[]) null);
        int greyMax = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
        for (int x = 0; x < width; x++) {
            int at = y * width + x;
            byte level = (byte) scaled(samples[bands * x], greyMax);
            to[3 * at] = level;
            to[3 * at + 1] = level;
            to[3 * at + 2] = level;
            if (alpha != null) {
                alpha[at] = (byte) (bands == 1 ? 255 : scaled(samples[bands * x + 1], greyMax));
            }
        }
    }

    private static int scaled(int sample, int max) {
        return (sample * 255 + max / 2) / max;
    }

    static byte overWhite(int level, int alpha) {
        return (byte) ((level * alpha + 255 * (255 - alpha) + 127) / 255);
    }
}

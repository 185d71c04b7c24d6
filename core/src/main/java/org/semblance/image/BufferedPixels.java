package org.semblance.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/** Pixels to and from AWT images. */
final class BufferedPixels {
    /*
     * AWT takes a grey level for a linear intensity and brightens it when asked for sRGB. Files mean sRGB grey, so
     * grey rasters are read directly.
     */
    private BufferedPixels() {}

    static Image toImage(BufferedImage image) {
        byte[] rgb = new byte[Image.bytes(image.getWidth(), image.getHeight())];
        boolean grey = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY
                && !(image.getColorModel() instanceof IndexColorModel);
        for (int y = 0; y < image.getHeight(); y++) {
            int start = 3 * y * image.getWidth();
            if (grey) {
                greyRow(image, y, rgb, start);
            } else {
                colourRow(image, y, rgb, start);
            }
        }
        return new Image(image.getWidth(), image.getHeight(), rgb);
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

    private static void colourRow(BufferedImage image, int y, byte[] to, int start) {
        int[] argb = image.getRGB(0, y, image.getWidth(), 1, null, 0, image.getWidth());
        for (int x = 0; x < argb.length; x++) {
            int alpha = argb[x] >>> 24;
            for (int channel = 0; channel < 3; channel++) {
                int level = argb[x] >> 16 - 8 * channel & 0xff;
                to[start + 3 * x + channel] = overWhite(level, alpha);
            }
        }
    }

    private static void greyRow(BufferedImage image, int y, byte[] to, int start) {
        Raster raster = image.getRaster();
        int bands = raster.getNumBands();
        int[] samples = raster.getPixels(raster.getMinX(), raster.getMinY() + y, image.getWidth(), 1, (int[]) null);
        int greyMax = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
        for (int x = 0; x < image.getWidth(); x++) {
            int grey = scaled(samples[bands * x], greyMax);
            int alpha = bands == 1 ? 255 : scaled(samples[bands * x + 1], greyMax);
            byte level = overWhite(grey, alpha);
            to[start + 3 * x] = level;
            to[start + 3 * x + 1] = level;
            to[start + 3 * x + 2] = level;
        }
    }

    private static int scaled(int sample, int max) {
        return (sample * 255 + max / 2) / max;
    }

    private static byte overWhite(int level, int alpha) {
        return (byte) ((level * alpha + 255 * (255 - alpha) + 127) / 255);
    }
}

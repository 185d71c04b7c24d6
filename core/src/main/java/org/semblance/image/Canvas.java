package org.semblance.image;

/** A picture under construction: one colour, then images pasted onto it. */
final class Canvas {
    private final int width;
    private final byte[] rgb;

    Canvas(int width, int height, int colour) {
        this.width = width;
        this.rgb = new byte[Image.bytes(width, height)];
        for (int channel = 0; channel < 3; channel++) {
            fill(channel, (byte) (colour >> 16 - 8 * channel));
        }
    }

    private void fill(int channel, byte level) {
        for (int i = channel; i < rgb.length; i += 3) {
            rgb[i] = level;
        }
    }

    /** Pastes an image with its top left pixel at (x, y); it must lie inside. */
    void paste(Image image, int x, int y) {
        for (int row = 0; row < image.height(); row++) {
            image.copyRow(row, rgb, 3 * ((y + row) * width + x));
        }
    }

    /** Pastes an image if all of it lies inside. */
    void pasteInside(Image image, int x, int y) {
        if (x >= 0 && y >= 0 && x + image.width() <= width && y + image.height() <= rgb.length / 3 / width) {
            paste(image, x, y);
        }
    }

    Image toImage() {
        return new Image(width, rgb.length / 3 / width, rgb.clone());
    }
}

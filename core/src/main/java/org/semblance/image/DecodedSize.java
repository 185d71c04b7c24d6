package org.semblance.image;

import org.jspecify.annotations.Nullable;

/**
 * Judges what a file declares before anything of its size is allocated.
 *
 * @param png whether it is a PNG, else a JPEG
 * @param bits of a decoded pixel
 * @param copied bytes of a pixel that are made from the decoded ones, beside them
 * @param fileBytes size of the file
 * @param mostPixels that are accepted
 * @param heap what the JVM may use at most, in bytes
 */
record DecodedSize(boolean png, int bits, int copied, long fileBytes, int mostPixels, long heap) {
    /** What the decoder may allocate for the pixels. */
    static final long MOST_BYTES = 1L << 30;
    /** Deflate makes at most 258 bytes of 2 bits. */
    private static final int PNG_RATIO = 1032;
    /** A JPEG has at least a bit for every block of 64 pixels; twice that, as files that are cut are read too. */
    private static final int JPEG_PIXELS_PER_BYTE = 1024;

    /** What is wrong with this size, null if nothing. */
    @Nullable
    String fault(long width, long height) {
        long pixels = width * height;
        if (width < 1 || height < 1 || pixels > mostPixels) {
            return width + "x" + height + " pixels, more than the limit of " + mostPixels;
        }
        long bytes = (pixels * bits + 7) / 8;
        if (bytes > MOST_BYTES) {
            return width + "x" + height + " pixels of " + bits + " bits, more than the limit of " + MOST_BYTES
                    + " bytes";
        }
        long needed = bytes + copied * pixels + fileBytes;
        if (needed > heap / 4 * 3) {
            return width + "x" + height + " pixels need " + (needed >> 20)
                    + " MiB, more than three quarters of the heap of " + (heap >> 20) + " MiB (-Xmx sets it)";
        }
        boolean holds = png ? bytes <= PNG_RATIO * fileBytes : pixels <= JPEG_PIXELS_PER_BYTE * fileBytes;
        return holds ? null : width + "x" + height + " pixels cannot be in a file of " + fileBytes + " bytes";
    }
}

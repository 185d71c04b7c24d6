package org.semblance.image;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Rows of RGB pixels to the compressed stream of a PNG: each row is filtered in the way that leaves the least sum of
 * absolute differences (PNG, third edition, 9 and 12.7), then deflated.
 */
final class PngScanlines implements AutoCloseable {
    private static final int FILTERS = 5;
    private static final int PIXEL = 3;

    private final Deflater deflater = new Deflater();
    private final DeflaterOutputStream out;
    private final byte[][] filtered;
    private byte[] row;
    private byte[] above;

    PngScanlines(int width, OutputStream out) {
        this.out = new DeflaterOutputStream(out, deflater, 1 << 14);
        this.filtered = new byte[FILTERS][1 + PIXEL * width];
        this.row = new byte[PIXEL * width];
        this.above = new byte[PIXEL * width];
        for (int type = 0; type < FILTERS; type++) {
            filtered[type][0] = (byte) type;
        }
    }

    /** All rows of an image of the same width. */
    void write(Image image) throws IOException {
        for (int y = 0; y < image.height(); y++) {
            image.copyRow(y, row, 0);
            out.write(best());
            byte[] free = above;
            above = row;
            row = free;
        }
    }

    private byte[] best() {
        long[] sums = new long[FILTERS];
        for (int i = 0; i < row.length; i++) {
            filter(i, sums);
        }
        int best = 0;
        for (int type = 1; type < FILTERS; type++) {
            best = sums[type] < sums[best] ? type : best;
        }
        return filtered[best];
    }

    private void filter(int i, long[] sums) {
        int left = i < PIXEL ? 0 : row[i - PIXEL] & 0xff;
        int up = above[i] & 0xff;
        int corner = i < PIXEL ? 0 : above[i - PIXEL] & 0xff;
        int level = row[i] & 0xff;
        put(0, i, level, sums);
        put(1, i, level - left, sums);
        put(2, i, level - up, sums);
        put(3, i, level - (left + up) / 2, sums);
        put(4, i, level - paeth(left, up, corner), sums);
    }

    private void put(int type, int i, int difference, long[] sums) {
        byte value = (byte) difference;
        filtered[type][1 + i] = value;
        sums[type] += Math.abs(value);
    }

    /** The one of three neighbours that lies next to {@code left + up - corner}. */
    private static int paeth(int left, int up, int corner) {
        int toLeft = Math.abs(up - corner);
        int toUp = Math.abs(left - corner);
        int toCorner = Math.abs(left + up - 2 * corner);
        if (toLeft <= toUp && toLeft <= toCorner) {
            return left;
        }
        return toUp <= toCorner ? up : corner;
    }

    /** Ends the compressed stream, but not the one below. */
    void finish() throws IOException {
        out.finish();
    }

    @Override
    public void close() {
        deflater.end();
    }
}

package org.semblance.image;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A PNG that is written from the top downwards, so that pictures of any height need the memory of the rows at hand
 * only.
 */
public final class PngRows implements AutoCloseable {
    private final int width;
    private final int height;
    private final PngChunks chunks;
    private final PngData data;
    private final PngScanlines lines;
    private int written;

    /**
     * Begins a picture.
     *
     * @param out where it goes; not closed by this
     * @throws IllegalArgumentException if a size is not positive
     */
    public PngRows(OutputStream out, int width, int height) throws IOException {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("PNG: sizes must be positive, got " + width + "x" + height);
        }
        this.width = width;
        this.height = height;
        this.chunks = new PngChunks(out);
        this.data = PngData.image(chunks);
        this.lines = new PngScanlines(width, data);
        chunks.begin(width, height);
    }

    /**
     * Adds the rows of an image below those that are there.
     *
     * @throws IllegalArgumentException if it is not as wide as the picture, or there is no room left
     */
    public void write(Image rows) throws IOException {
        if (rows.width() != width || rows.height() > height - written) {
            throw new IllegalArgumentException("PNG: rows must be " + width + " wide and at most " + (height - written)
                    + " high here, got " + rows);
        }
        lines.write(rows);
        written += rows.height();
    }

    /**
     * Ends the picture.
     *
     * @throws IllegalStateException if rows are missing
     */
    public void finish() throws IOException {
        if (written != height) {
            throw new IllegalStateException("PNG: expected " + height + " rows, got " + written);
        }
        lines.finish();
        data.flush();
        chunks.end();
    }

    @Override
    public void close() {
        lines.close();
    }
}

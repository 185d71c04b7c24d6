package org.semblance.cpu;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The transforms of some tile rows of one image. The unit of work is a strip of neighbouring tiles: its pixels are read
 * row by row, and every inner loop runs over the channels of a whole row of pixels or of all its tiles.
 */
final class WinogradBand {
    /** Tiles of a strip at most. */
    static final int STRIP = 4;

    private static final ThreadLocal<Buffers> BUFFERS = ThreadLocal.withInitial(Buffers::new);

    private final Winograd.Image image;
    private final int firstRow;
    private final int rows;
    private final int perRow;

    WinogradBand(Winograd.Image image, int firstTileRow, int tileRows) {
        this.image = image;
        this.firstRow = firstTileRow;
        this.rows = tileRows;
        perRow = image.width() / Winograd.TILE;
    }

    /** Arrays of one thread, by role and number. */
    private static final class Buffers {
        private float[][] arrays = new float[0][];

        float[] get(int index, int length) {
            if (index >= arrays.length) {
                arrays = Arrays.copyOf(arrays, index + 16);
            }
            float[] array = arrays[index];
            if (array == null || array.length < length) {
                array = new float[length];
                arrays[index] = array;
            }
            return array;
        }
    }

    private interface OnStrip {
        /** A strip of {@code count} tiles from tile {@code (row, column)}; the row counts within the band. */
        void run(Buffers buffers, int row, int column, int count);
    }

    private void forEachStrip(long elements, OnStrip body) {
        int strips = (perRow + STRIP - 1) / STRIP;
        Workers.run(rows * strips, elements, part -> {
            int column = part % strips * STRIP;
            body.run(BUFFERS.get(), part / strips, column, Math.min(STRIP, perRow - column));
        });
    }

    private int tiles() {
        return rows * perRow;
    }

    // --- input ----------------------------------------------------------------------------------------------------

    /** {@code V = B^T d B} of every tile, {@code [36, tiles, C]}; each channel scaled by its style before. */
    void transformInput(FloatBuffer x, int at, float @Nullable [] style, FloatBuffer v) {
        int c = image.in();
        float[] scale = style == null ? null : repeated(style, STRIP * Winograd.TILE + 2);
        forEachStrip(36L * tiles() * c, (buffers, row, column, count) -> {
            int pixels = count * Winograd.TILE + 2;
            int y = (firstRow + row) * Winograd.TILE - 1;
            float[][] d = arrays(buffers, 0, 6, pixels * c);
            for (int k = 0; k < 6; k++) {
                load(x, at, y + k, column * Winograd.TILE - 1, pixels, d[k]);
                if (scale != null) {
                    multiply(d[k], scale, pixels * c);
                }
            }
            float[][] r = arrays(buffers, 6, 6, pixels * c);
            input(d, r, pixels * c);
            float[][] e = arrays(buffers, 12, 6, count * c);
            float[][] o = arrays(buffers, 18, 6, count * c);
            for (int a = 0; a < 6; a++) {
                deal(r[a], count, c, e);
                input(e, o, count * c);
                for (int b = 0; b < 6; b++) {
                    v.put(((a * 6 + b) * tiles() + row * perRow + column) * c, o[b], 0, count * c);
                }
            }
        });
    }

    /** {@code to = B^T d}, element by element. */
    private static void input(float[][] d, float[][] to, int n) {
        Combine.of(to[0], d[0], 1, d[4], -2, d[2], 1.5f, d[3], -1.5f, d[1], n);
        Combine.of(to[1], d[4], -1, d[1], 0.5f, d[2], 2.5f, d[3], n);
        Combine.of(to[2], d[4], 1, d[1], -2.5f, d[2], 0.5f, d[3], n);
        Combine.of(to[3], d[4], -2, d[1], -1, d[2], 2, d[3], n);
        Combine.of(to[4], d[4], 0.5f, d[1], -1, d[2], -0.5f, d[3], n);
        Combine.of(to[5], d[5], 1, d[1], -2, d[3], 1.5f, d[4], -1.5f, d[2], n);
    }

    /** The pixels of a row to some arrays: the first, second, ... column of every tile. */
    private static void deal(float[] row, int tiles, int c, float[][] columns) {
        for (int b = 0; b < columns.length; b++) {
            for (int t = 0; t < tiles; t++) {
                System.arraycopy(row, (t * Winograd.TILE + b) * c, columns[b], t * c, c);
            }
        }
    }

    private static float[] repeated(float[] row, int times) {
        float[] all = new float[row.length * times];
        for (int k = 0; k < times; k++) {
            System.arraycopy(row, 0, all, k * row.length, row.length);
        }
        return all;
    }

    private static float[][] arrays(Buffers buffers, int first, int count, int length) {
        float[][] result = new float[count][];
        for (int k = 0; k < count; k++) {
            result[k] = buffers.get(first + k, length);
        }
        return result;
    }

    /** Reads pixels of one row; those outside the image are zero. */
    private void load(FloatBuffer x, int at, int row, int column, int pixels, float[] to) {
        int c = image.in();
        if (row < 0 || row >= image.height()) {
            Arrays.fill(to, 0, pixels * c, 0);
            return;
        }
        int from = Math.max(column, 0);
        int until = Math.min(column + pixels, image.width());
        Arrays.fill(to, 0, (from - column) * c, 0);
        x.get(at + (row * image.width() + from) * c, to, (from - column) * c, (until - from) * c);
        Arrays.fill(to, (until - column) * c, pixels * c, 0);
    }

    private static void multiply(float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            x[i] = x[i] * y[i];
        }
    }

    // --- gradient of the output -----------------------------------------------------------------------------------

    /** {@code D = A g A^T} of every tile, {@code [36, tiles, O]}, from g {@code [H, W, O]}. */
    void transformGradient(FloatBuffer g, int at, FloatBuffer to) {
        int o = image.out();
        forEachStrip(36L * tiles() * o, (buffers, row, column, count) -> {
            int pixels = count * Winograd.TILE;
            float[][] d = arrays(buffers, 0, 4, pixels * o);
            for (int k = 0; k < 4; k++) {
                int y = (firstRow + row) * Winograd.TILE + k;
                g.get(at + (y * image.width() + column * Winograd.TILE) * o, d[k], 0, pixels * o);
            }
            float[] r = buffers.get(4, pixels * o);
            float[][] e = arrays(buffers, 8, 4, count * o);
            float[] q = buffers.get(12, count * o);
            for (int a = 0; a < 6; a++) {
                deal(gradient(a, d, r, pixels * o), count, o, e);
                for (int b = 0; b < 6; b++) {
                    float[] product = gradient(b, e, q, count * o);
                    to.put(((a * 6 + b) * tiles() + row * perRow + column) * o, product, 0, count * o);
                }
            }
        });
    }

    /** Row k of {@code A y}, element by element; in {@code to} unless it is one of y. */
    private static float[] gradient(int k, float[][] y, float[] to, int n) {
        switch (k) {
            case 0:
                return y[0];
            case 1:
                Combine.of(to, y[0], 1, y[1], 1, y[2], 1, y[3], n);
                return to;
            case 2:
                Combine.of(to, y[0], -1, y[1], 1, y[2], -1, y[3], n);
                return to;
            case 3:
                Combine.of(to, y[0], 0.5f, y[1], 0.25f, y[2], 0.125f, y[3], n);
                return to;
            case 4:
                Combine.of(to, y[0], -2, y[1], 4, y[2], -8, y[3], n);
                return to;
            default:
                return y[3];
        }
    }

    // --- output ---------------------------------------------------------------------------------------------------

    /** {@code Y = A^T M A} of every tile from {@code [36, tiles, O]}, finished and written to y. */
    void transformOutput(FloatBuffer m, FloatBuffer y, int at, Winograd.Finish finish) {
        int o = image.out();
        forEachStrip(36L * tiles() * o, (buffers, row, column, count) -> {
            int n = count * o;
            float[][] in = arrays(buffers, 0, 6, n);
            float[][] p = arrays(buffers, 6, 24, n);
            for (int b = 0; b < 6; b++) {
                for (int a = 0; a < 6; a++) {
                    m.get(((a * 6 + b) * tiles() + row * perRow + column) * o, in[a], 0, n);
                }
                output(in, new float[][] {p[b], p[6 + b], p[12 + b], p[18 + b]}, n);
            }
            float[][] q = arrays(buffers, 30, 4, n);
            float[] piece = buffers.get(34, n * Winograd.TILE);
            for (int a = 0; a < 4; a++) {
                output(Arrays.copyOfRange(p, 6 * a, 6 * a + 6), q, n);
                interleave(q, count, o, piece);
                int py = (firstRow + row) * Winograd.TILE + a;
                int px = column * Winograd.TILE;
                finish.apply(piece, n * Winograd.TILE, py, px);
                y.put(at + (py * image.width() + px) * o, piece, 0, n * Winograd.TILE);
            }
        });
    }

    /** {@code to = A^T m}, element by element. */
    private static void output(float[][] m, float[][] to, int n) {
        Combine.of(to[0], m[0], 1, m[1], 1, m[2], 1, m[3], 1, m[4], n);
        Combine.of(to[1], m[1], -1, m[2], 0.5f, m[3], -2, m[4], n);
        Combine.of(to[2], m[1], 1, m[2], 0.25f, m[3], 4, m[4], n);
        Combine.of(to[3], m[5], 1, m[1], -1, m[2], 0.125f, m[3], -8, m[4], n);
    }

    /** Four columns of pixels, each for all tiles, to rows of pixels. */
    private static void interleave(float[][] columns, int tiles, int o, float[] to) {
        for (int t = 0; t < tiles; t++) {
            for (int b = 0; b < Winograd.TILE; b++) {
                System.arraycopy(columns[b], t * o, to, (t * Winograd.TILE + b) * o, o);
            }
        }
    }
}

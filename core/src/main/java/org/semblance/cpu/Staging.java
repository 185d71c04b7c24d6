package org.semblance.cpu;

import java.util.Arrays;

/** Blocks of heap memory of one thread, in which loops work. */
final class Staging {
    /** Elements of a block: three of them fit the first-level cache. */
    static final int BLOCK = 2048;

    private static final ThreadLocal<Staging> MINE = ThreadLocal.withInitial(Staging::new);

    final float[] a = new float[BLOCK];
    final float[] b = new float[BLOCK];
    final float[] c = new float[BLOCK];
    private float[][] rows = new float[0][];

    static Staging mine() {
        return MINE.get();
    }

    /** A row buffer of at least this length; its contents are arbitrary. */
    float[] row(int index, int length) {
        if (index >= rows.length) {
            rows = Arrays.copyOf(rows, index + 4);
        }
        float[] row = rows[index];
        if (row == null || row.length < length) {
            row = new float[length];
            rows[index] = row;
        }
        return row;
    }
}

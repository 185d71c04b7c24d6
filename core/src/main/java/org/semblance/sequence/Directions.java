package org.semblance.sequence;

import org.semblance.array.HostArray;

/** Points of the sphere of embeddings. */
final class Directions {
    private Directions() {}

    /** Each row of {@code [N, D]} with norm 1; rows of zeros stay. */
    static HostArray of(HostArray rows) {
        int width = rows.shape().dim(1);
        float[] all = rows.data().clone();
        for (int at = 0; at < all.length; at += width) {
            double norm = norm(all, at, width);
            for (int i = at; norm > 0 && i < at + width; i++) {
                all[i] /= (float) norm;
            }
        }
        return new HostArray(rows.shape(), all);
    }

    /** A code moved by a share of the way from one direction to another, in units of its norm, which it keeps. */
    static float[] moved(float[] code, double share, float[] from, float[] to) {
        double norm = norm(code, 0, code.length);
        float[] moved = new float[code.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = (float) (code[i] + share * norm * ((double) to[i] - from[i]));
        }
        double now = norm(moved, 0, moved.length);
        for (int i = 0; now > 0 && i < moved.length; i++) {
            moved[i] = (float) (moved[i] * (norm / now));
        }
        return moved;
    }

    static double norm(float[] values, int at, int width) {
        double sum = 0;
        for (int i = at; i < at + width; i++) {
            sum += (double) values[i] * values[i];
        }
        return Math.sqrt(sum);
    }
}

package org.semblance.metrics;

import org.semblance.array.HostArray;

/** Comparisons of rows of embeddings by their cosine, {@code <a, b> / (|a| |b|)}. */
public final class Embeddings {
    private Embeddings() {}

    /**
     * Cosines row by row.
     *
     * @param a {@code [N, D]}
     * @param b of a's shape
     * @return N numbers in [-1, 1]
     */
    public static double[] cosines(HostArray a, HostArray b) {
        Statistics.requireSame("cosines", a, b);
        int width = a.shape().dim(1);
        double[] cosines = new double[a.shape().dim(0)];
        for (int i = 0; i < cosines.length; i++) {
            cosines[i] = dot(a, i, b, i, width) / Math.sqrt(dot(a, i, a, i, width) * dot(b, i, b, i, width));
        }
        return cosines;
    }

    /**
     * The place of each query's own row among a gallery, by cosine: 0 means that no other row is nearer.
     *
     * @param queries {@code [N, D]}
     * @param gallery {@code [N, D]}: row i is what query i should find
     */
    public static int[] ranks(HostArray queries, HostArray gallery) {
        Statistics.requireSame("ranks", queries, gallery);
        float[] q = unit(queries);
        float[] g = unit(gallery);
        int n = queries.shape().dim(0);
        int width = queries.shape().dim(1);
        int[] ranks = new int[n];
        for (int i = 0; i < n; i++) {
            double own = dot(q, i, g, i, width);
            for (int j = 0; j < n; j++) {
                ranks[i] += j != i && dot(q, i, g, j, width) > own ? 1 : 0;
            }
        }
        return ranks;
    }

    /** The rows divided by their norms. */
    static float[] unit(HostArray rows) {
        int width = rows.shape().dim(1);
        float[] unit = rows.data().clone();
        for (int i = 0; i < rows.shape().dim(0); i++) {
            double norm = Math.sqrt(dot(rows, i, rows, i, width));
            for (int k = i * width; k < (i + 1) * width; k++) {
                unit[k] = (float) (unit[k] / norm);
            }
        }
        return unit;
    }

    private static double dot(HostArray a, int i, HostArray b, int j, int width) {
        return dot(a.data(), i, b.data(), j, width);
    }

    static double dot(float[] a, int i, float[] b, int j, int width) {
        double sum = 0;
        int p = i * width;
        int q = j * width;
        for (int k = 0; k < width; k++) {
            sum += (double) a[p + k] * b[q + k];
        }
        return sum;
    }
}

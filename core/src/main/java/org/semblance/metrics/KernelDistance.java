package org.semblance.metrics;

import java.util.SplittableRandom;
import org.semblance.array.HostArray;

/**
 * KID: the unbiased squared maximum mean discrepancy with the kernel {@code (x.y / D + 1)^3}, averaged over subsets
 * (Binkowski et al., Demystifying MMD GANs, 2018).
 */
public final class KernelDistance {
    /** Usual number of subsets. */
    public static final int SUBSETS = 100;
    /** Usual rows of a subset. */
    public static final int SUBSET_SIZE = 1000;

    private KernelDistance() {}

    /** The discrepancy of two whole sets, {@code [N, D]} and {@code [M, D]}; can be negative. */
    public static double of(HostArray a, HostArray b) {
        FrechetDistance.requireFeatures(a, b);
        return discrepancy(
                a,
                Statistics.range(a.shape().dim(0)),
                b,
                Statistics.range(b.shape().dim(0)));
    }

    /** The mean over subsets drawn without replacement; of smaller sets, all rows are taken. */
    public static double ofSubsets(HostArray a, HostArray b, int subsets, int size, long seed) {
        FrechetDistance.requireFeatures(a, b);
        int m = Math.min(size, Math.min(a.shape().dim(0), b.shape().dim(0)));
        SplittableRandom random = new SplittableRandom(seed);
        double sum = 0;
        for (int k = 0; k < subsets; k++) {
            sum += discrepancy(
                    a, some(a.shape().dim(0), m, random), b, some(b.shape().dim(0), m, random));
        }
        return sum / subsets;
    }

    private static int[] some(int n, int count, SplittableRandom random) {
        int[] all = Statistics.range(n);
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i, n);
            int swapped = all[i];
            all[i] = all[j];
            all[j] = swapped;
        }
        return java.util.Arrays.copyOf(all, count);
    }

    private static double discrepancy(HostArray a, int[] rowsA, HostArray b, int[] rowsB) {
        double within = inner(a, rowsA) + inner(b, rowsB);
        double across = 0;
        for (int i : rowsA) {
            for (int j : rowsB) {
                across += kernel(a, i, b, j);
            }
        }
        return within - 2 * across / ((double) rowsA.length * rowsB.length);
    }

    private static double inner(HostArray x, int[] rows) {
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < i; j++) {
                sum += kernel(x, rows[i], x, rows[j]);
            }
        }
        return 2 * sum / ((double) rows.length * (rows.length - 1));
    }

    private static double kernel(HostArray a, int i, HostArray b, int j) {
        int width = a.shape().dim(1);
        double base = Embeddings.dot(a.data(), i, b.data(), j, width) / width + 1;
        return base * base * base;
    }
}

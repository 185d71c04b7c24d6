package org.semblance.ops;

import org.semblance.backend.Fir;

/**
 * A filter for resampling: a 2-D filter, or one row of taps that is applied along both axes in turn.
 *
 * @param fir the taps; one row if separable
 * @param separable whether the row stands for its outer product with itself
 */
public record Filter(Fir fir, boolean separable) {
    private static final Filter IDENTITY = new Filter(new Fir(1, 1, new float[] {1}), false);

    public Filter {
        if (separable && fir.height() != 1) {
            throw new IllegalArgumentException(
                    "filter: a separable filter must be one row, got " + fir.height() + " rows");
        }
    }

    /** A 2-D filter. */
    public static Filter of(Fir fir) {
        return new Filter(fir, false);
    }

    /** A row of taps to be applied along both axes. */
    public static Filter separable(float... taps) {
        return new Filter(new Fir(1, taps.length, taps.clone()), true);
    }

    /** The filter that changes nothing. */
    public static Filter identity() {
        return IDENTITY;
    }

    /** The taps as a 2-D filter: the row's outer product with itself if separable. */
    public Fir plane() {
        if (!separable) {
            return fir;
        }
        int n = fir.width();
        float[] taps = new float[n * n];
        for (int i = 0; i < taps.length; i++) {
            taps[i] = fir.taps()[i / n] * fir.taps()[i % n];
        }
        return new Fir(n, n, taps);
    }

    /** Columns covered. */
    public int width() {
        return fir.width();
    }

    /** Rows covered. */
    public int height() {
        return separable ? fir.width() : fir.height();
    }
}

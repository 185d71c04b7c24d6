package org.semblance.ops;

import org.semblance.backend.Fir;

/**
 * Prepares resampling filters, StyleGAN2's {@code setup_filter}: outer product, normalisation to sum 1, turn, gain.
 *
 * <p>Source: Karras et al., Analyzing and Improving the Image Quality of StyleGAN, section 3 and the filters of Zhang,
 * Making Convolutional Networks Shift-Invariant Again.
 */
public final class Filters {
    /** A row of at least this many taps stays separable unless told otherwise. */
    private static final int SEPARABLE_FROM = 8;

    private Filters() {}

    /** A filter from a row of taps, normalised to sum 1: separable from 8 taps, else the outer product. */
    public static Filter of(float... taps) {
        return of(taps, true, false, 1, taps.length >= SEPARABLE_FROM);
    }

    /**
     * A filter from a row of taps.
     *
     * @param normalize whether the result's sum is 1 before the gain
     * @param flip whether the taps are reversed
     * @param gain factor on the 2-D filter; a separable row gets its square root
     * @param separable whether to keep the row instead of its outer product
     */
    public static Filter of(float[] taps, boolean normalize, boolean flip, float gain, boolean separable) {
        if (taps.length == 0) {
            throw new IllegalArgumentException("filter: there must be at least one tap, got none");
        }
        if (separable) {
            return Filter.separable(finish(taps, normalize, flip, (float) Math.sqrt(gain)));
        }
        int n = taps.length;
        float[] square = new float[n * n];
        for (int i = 0; i < n * n; i++) {
            square[i] = taps[i / n] * taps[i % n];
        }
        return Filter.of(new Fir(n, n, finish(square, normalize, flip, gain)));
    }

    /** A filter from a 2-D filter. */
    public static Filter of(Fir fir, boolean normalize, boolean flip, float gain) {
        return Filter.of(new Fir(fir.height(), fir.width(), finish(fir.taps(), normalize, flip, gain)));
    }

    private static float[] finish(float[] taps, boolean normalize, boolean flip, float gain) {
        double sum = 0;
        for (float t : taps) {
            sum += t;
        }
        if (normalize && sum == 0) {
            throw new IllegalArgumentException("filter: taps to be normalised must not sum to 0, got 0");
        }
        float[] result = new float[taps.length];
        for (int i = 0; i < result.length; i++) {
            float tap = taps[flip ? taps.length - 1 - i : i];
            result[i] = (float) ((normalize ? tap / sum : tap) * gain);
        }
        return result;
    }
}

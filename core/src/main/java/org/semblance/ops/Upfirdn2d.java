package org.semblance.ops;

import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.backend.Fir;
import org.semblance.backend.Resample;
import org.semblance.tensor.Recording;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * Up-sampling by zero insertion, padding or cropping, FIR filtering and decimation in one operation, and the three
 * resamplers built on it. The derivative is the same operation with the adjoint parameters, so gradients of every order
 * exist. Paddings are {@code left, right, top, bottom}, x before y.
 *
 * <p>Source: Karras et al., Training Generative Adversarial Networks with Limited Data, appendix C, and the references
 * there.
 */
public final class Upfirdn2d {
    private static final String NAME = "upfirdn2d";

    private Upfirdn2d() {}

    /**
     * Resamples with a 2-D filter.
     *
     * @param x {@code [N, C, H, W]}
     * @return {@code [N, C, H', W']} with {@link Resample#outShape}
     */
    public static Tensor of(Tensor x, Fir filter, Resample spec) {
        Check.image(NAME, "x", x);
        int h = spec.outHeight(x.dim(2), filter.height());
        int w = spec.outWidth(x.dim(3), filter.width());
        Shape shape = Check.notEmpty(NAME, x.dim(0), x.dim(1), h, w, x);
        Resample adjoint = spec.adjoint(x.dim(3), x.dim(2), filter.width(), filter.height());
        Tensor in = Layouts.image(x);
        Tensor y = Layouts.emptyImage(x, shape);
        x.backend().upfirdn2d(spec, filter, in.array(), y.array());
        return Recording.of(NAME, y).input(in, (g, s) -> of(g, filter, adjoint)).done();
    }

    /**
     * Resamples with a filter that may be separable (two passes, the root of the gain each) or absent (one tap of 1).
     */
    public static Tensor of(Tensor x, @Nullable Filter filter, Resample spec) {
        Filter f = filter == null ? Filter.identity() : filter;
        return f.separable() ? twoPasses(x, f.fir(), spec) : of(x, f.fir(), spec);
    }

    private static Tensor twoPasses(Tensor x, Fir row, Resample s) {
        float gain = (float) Math.sqrt(s.gain());
        Fir column = new Fir(row.width(), 1, row.taps());
        Resample along = new Resample(s.upX(), 1, s.downX(), 1, s.padLeft(), s.padRight(), 0, 0, s.flip(), gain);
        Resample across = new Resample(1, s.upY(), 1, s.downY(), 0, 0, s.padTop(), s.padBottom(), s.flip(), gain);
        return Scope.in(NAME, () -> of(of(x, row, along), column, across));
    }

    /**
     * Filters without a change of size.
     *
     * @param padding more padding beyond that which keeps the size, {@code [left, right, top, bottom]}; may be negative
     */
    public static Tensor filter2d(Tensor x, @Nullable Filter filter, int[] padding, boolean flip, float gain) {
        requirePadding(padding);
        Filter f = filter == null ? Filter.identity() : filter;
        Resample spec = new Resample(
                1,
                1,
                1,
                1,
                padding[0] + f.width() / 2,
                padding[1] + (f.width() - 1) / 2,
                padding[2] + f.height() / 2,
                padding[3] + (f.height() - 1) / 2,
                flip,
                gain);
        return of(x, f, spec);
    }

    /** Enlarges by 2 with StyleGAN2's phase and gain. */
    public static Tensor upsample2d(Tensor x, @Nullable Filter filter) {
        return upsample2d(x, filter, 2, 2, new int[4], false, 1);
    }

    /**
     * Enlarges by whole factors, keeping the mean.
     *
     * @param padding more padding, {@code [left, right, top, bottom]}; may be negative
     */
    public static Tensor upsample2d(
            Tensor x, @Nullable Filter filter, int upX, int upY, int[] padding, boolean flip, float gain) {
        requirePadding(padding);
        Filter f = filter == null ? Filter.identity() : filter;
        Resample spec = new Resample(
                upX,
                upY,
                1,
                1,
                padding[0] + upBefore(f.width(), upX),
                padding[1] + upAfter(f.width(), upX),
                padding[2] + upBefore(f.height(), upY),
                padding[3] + upAfter(f.height(), upY),
                flip,
                gain * upX * upY);
        return of(x, f, spec);
    }

    /** Shrinks by 2 with StyleGAN2's phase. */
    public static Tensor downsample2d(Tensor x, @Nullable Filter filter) {
        return downsample2d(x, filter, 2, 2, new int[4], false, 1);
    }

    /**
     * Shrinks by whole factors.
     *
     * @param padding more padding, {@code [left, right, top, bottom]}; may be negative
     */
    public static Tensor downsample2d(
            Tensor x, @Nullable Filter filter, int downX, int downY, int[] padding, boolean flip, float gain) {
        requirePadding(padding);
        Filter f = filter == null ? Filter.identity() : filter;
        Resample spec = new Resample(
                1,
                1,
                downX,
                downY,
                padding[0] + downBefore(f.width(), downX),
                padding[1] + downAfter(f.width(), downX),
                padding[2] + downBefore(f.height(), downY),
                padding[3] + downAfter(f.height(), downY),
                flip,
                gain);
        return of(x, f, spec);
    }

    static int upBefore(int taps, int up) {
        return Math.floorDiv(taps + up - 1, 2);
    }

    static int upAfter(int taps, int up) {
        return Math.floorDiv(taps - up, 2);
    }

    static int downBefore(int taps, int down) {
        return Math.floorDiv(taps - down + 1, 2);
    }

    static int downAfter(int taps, int down) {
        return Math.floorDiv(taps - down, 2);
    }

    static void requirePadding(int[] padding) {
        if (padding.length != 4) {
            throw Check.error(NAME, "padding must be [left, right, top, bottom]", padding.length + " numbers");
        }
    }
}

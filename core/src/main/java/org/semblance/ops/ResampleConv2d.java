package org.semblance.ops;

import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Resample;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * A convolution on an image that is enlarged before, or shrunk after, with a low-pass filter: StyleGAN2's
 * {@code conv2d_resample}. A composition; gradients of every order.
 *
 * <p>Definition, whatever path computes it: insert zeros by {@code up}; pad once; filter with gain {@code up^2} (only
 * if {@code up > 1}); convolve without padding; filter and decimate by {@code down} (only if {@code down > 1}).
 *
 * <p>Source: Karras et al., Analyzing and Improving the Image Quality of StyleGAN, appendix B.
 */
public final class ResampleConv2d {
    /*
     * Paths. up: zero insertion and convolution are one transposed convolution T (stride up, no padding), which is
     * shift-invariant, so the filter may follow it; with T[m] = sum_a x[a] v[m - a up], v the turned kernel, the
     * convolution at n is T[n + kh - 1], hence the shifts by kh - 1 and kh - up below. down: the filter goes first,
     * then a strided convolution computes only the pixels that stay.
     */
    private static final String NAME = "conv2dResample";

    private ResampleConv2d() {}

    /**
     * Geometry of the operation.
     *
     * @param up whole factor of enlargement, at least 1
     * @param down whole factor of reduction, at least 1
     * @param padLeft columns with respect to the enlarged image, on top of what the filter needs; may be negative
     * @param padRight columns right
     * @param padTop rows above
     * @param padBottom rows below
     * @param groups number of channel groups
     * @param flipWeight true: correlation as in {@link Conv2d}; false: convolution, with the kernel turned by 180
     *     degrees
     * @param flipFilter true: the filter correlates as it stands
     */
    public record Spec(
            int up,
            int down,
            int padLeft,
            int padRight,
            int padTop,
            int padBottom,
            int groups,
            boolean flipWeight,
            boolean flipFilter) {

        public Spec {
            if (up < 1 || down < 1 || groups < 1) {
                throw Check.error(NAME, "up, down and groups must be at least 1", up + ", " + down + ", " + groups);
            }
        }

        /** One padding for all sides, correlation, one group. */
        public static Spec of(int up, int down, int padding) {
            return new Spec(up, down, padding, padding, padding, padding, 1, true, false);
        }

        /** This geometry with another sense of the weights. */
        public Spec withFlipWeight(boolean flip) {
            return new Spec(up, down, padLeft, padRight, padTop, padBottom, groups, flip, flipFilter);
        }

        /** {@code left, right, top, bottom} including what the filter needs. */
        int[] padding(Filter f) {
            int[] p = {padLeft, padRight, padTop, padBottom};
            if (up > 1) {
                p[0] += Upfirdn2d.upBefore(f.width(), up);
                p[1] += Upfirdn2d.upAfter(f.width(), up);
                p[2] += Upfirdn2d.upBefore(f.height(), up);
                p[3] += Upfirdn2d.upAfter(f.height(), up);
            }
            if (down > 1) {
                p[0] += Upfirdn2d.downBefore(f.width(), down);
                p[1] += Upfirdn2d.downAfter(f.width(), down);
                p[2] += Upfirdn2d.downBefore(f.height(), down);
                p[3] += Upfirdn2d.downAfter(f.height(), down);
            }
            return p;
        }

        Resample filtering(int rateUp, int rateDown, int[] p) {
            float gain = (float) rateUp * rateUp;
            return new Resample(rateUp, rateUp, rateDown, rateDown, p[0], p[1], p[2], p[3], flipFilter, gain);
        }
    }

    /**
     * Convolves and resamples.
     *
     * @param x {@code [N, I, H, W]}
     * @param w {@code [O, I / groups, kh, kw]}
     * @param filter low-pass filter, or null for none (one tap of 1)
     * @return {@code [N, O, H', W']}
     */
    public static Tensor of(Tensor x, Tensor w, @Nullable Filter filter, Spec spec) {
        Check.image(NAME, "x", x);
        Check.rank(NAME, "w", w, 4);
        if (x.dim(1) != w.dim(1) * spec.groups || w.dim(0) % spec.groups != 0) {
            throw Check.error(
                    NAME,
                    "w must be [O, " + x.dim(1) + " / groups, kh, kw] with groups dividing O",
                    spec.groups + " groups",
                    x,
                    w);
        }
        Filter f = filter == null ? Filter.identity() : filter;
        int[] padding = spec.padding(f);
        return Scope.in(NAME, () -> compute(x, w, f, spec, padding));
    }

    private static Tensor compute(Tensor x, Tensor w, Filter f, Spec spec, int[] padding) {
        boolean point = w.dim(2) == 1 && w.dim(3) == 1;
        if (spec.up == 1 && spec.down == 1) {
            return plain(x, sense(w, spec.flipWeight), spec, padding);
        }
        if (spec.up == 1) {
            return point
                    ? convolve(Upfirdn2d.of(x, f, spec.filtering(1, spec.down, padding)), w, 1, spec)
                    : shrink(x, sense(w, spec.flipWeight), f, spec, padding);
        }
        Tensor large = point
                ? Upfirdn2d.of(convolve(x, w, 1, spec), f, spec.filtering(spec.up, 1, padding))
                : enlarge(x, w, f, spec, padding);
        return spec.down == 1 ? large : Upfirdn2d.of(large, f, spec.filtering(1, spec.down, new int[4]));
    }

    private static Tensor plain(Tensor x, Tensor w, Spec spec, int[] p) {
        Tensor cropped = Shapes.padImage(x, Math.min(p[0], 0), Math.min(p[1], 0), Math.min(p[2], 0), Math.min(p[3], 0));
        ConvSpec conv = new ConvSpec(
                1, 1, Math.max(p[2], 0), Math.max(p[3], 0), Math.max(p[0], 0), Math.max(p[1], 0), 1, 1, spec.groups);
        return Conv2d.of(cropped, w, conv);
    }

    private static Tensor shrink(Tensor x, Tensor w, Filter f, Spec spec, int[] padding) {
        return convolve(Upfirdn2d.of(x, f, spec.filtering(1, 1, padding)), w, spec.down, spec);
    }

    private static Tensor enlarge(Tensor x, Tensor w, Filter f, Spec spec, int[] p) {
        int kh = w.dim(2);
        int kw = w.dim(3);
        Tensor turned = swapped(sense(w, !spec.flipWeight), spec.groups);
        ConvSpec transposed = ConvSpec.of(spec.up, 0).withGroups(spec.groups);
        Tensor t = Conv2d.transposed(x, turned, transposed, 0, 0);
        int[] shifted = {p[0] - (kw - 1), p[1] - (kw - spec.up), p[2] - (kh - 1), p[3] - (kh - spec.up)};
        Resample filtering = new Resample(
                1, 1, 1, 1, shifted[0], shifted[1], shifted[2], shifted[3], spec.flipFilter, (float) spec.up * spec.up);
        return Upfirdn2d.of(t, f, filtering);
    }

    private static Tensor convolve(Tensor x, Tensor w, int stride, Spec spec) {
        return Conv2d.of(x, w, ConvSpec.of(stride, 0).withGroups(spec.groups));
    }

    /** The kernel as it stands, or turned by 180 degrees. */
    private static Tensor sense(Tensor w, boolean asItStands) {
        return asItStands ? w : Shapes.flip(w, 2, 3);
    }

    /** {@code [O, I / g, kh, kw]} as {@code [I, O / g, kh, kw]}. */
    static Tensor swapped(Tensor w, int groups) {
        if (groups == 1) {
            return Shapes.permute(w, 1, 0, 2, 3);
        }
        int out = w.dim(0) / groups;
        int in = w.dim(1);
        Tensor split = Shapes.reshape(w, Shape.of(groups, out, in, w.dim(2), w.dim(3)));
        Tensor changed = Shapes.permute(split, 0, 2, 1, 3, 4);
        return Shapes.reshape(changed, Shape.of(groups * in, out, w.dim(2), w.dim(3)));
    }
}

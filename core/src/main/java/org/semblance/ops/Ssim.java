package org.semblance.ops;

import java.util.List;
import org.semblance.array.Shape;
import org.semblance.backend.Fir;
import org.semblance.backend.Resample;
import org.semblance.backend.SsimSpec;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Recording;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * Structural similarity of two images, with a Gaussian window and biased moments, over the windows that lie inside.
 * Compositions; gradients of every order. A backend can have a kernel for one term and its first gradients, whose
 * numbers are those of the composition.
 *
 * <p>Source: Wang et al., Image Quality Assessment: From Error Visibility to Structural Similarity, 2004.
 *
 * @param window taps of the window along each axis
 * @param sigma standard deviation of the window in pixels
 * @param k1 steadies the luminance term, usually 0.01
 * @param k2 steadies the contrast term, usually 0.03
 * @param range difference of the largest and the smallest value a pixel can have
 */
public record Ssim(int window, double sigma, double k1, double k2, double range) {
    private static final String NAME = "ssim";

    public Ssim {
        if (window < 1 || !(sigma > 0) || !(range > 0)) {
            throw Check.error(NAME, "window, sigma and range must be positive", window + ", " + sigma + ", " + range);
        }
    }

    /**
     * Means over the windows.
     *
     * @param ssim luminance times contrast and structure, {@code [N, C]}
     * @param contrast contrast and structure alone, {@code [N, C]}
     */
    public record Terms(Tensor ssim, Tensor contrast) {}

    /** 11 taps, sigma 1.5, k1 0.01, k2 0.03. */
    public static Ssim standard(double range) {
        return new Ssim(11, 1.5, 0.01, 0.03, range);
    }

    /**
     * Both terms of two images.
     *
     * @param a {@code [N, C, H, W]}
     * @param b of a's shape
     */
    public Terms of(Tensor a, Tensor b) {
        requireFitting(a, b);
        try (Scope inner = Scope.open(NAME)) {
            Terms terms = compute(a, b);
            return new Terms(inner.keep(terms.ssim), inner.keep(terms.contrast));
        }
    }

    private void requireFitting(Tensor a, Tensor b) {
        Check.image(NAME, "a", a);
        Check.shape(NAME, "b", b, a.shape());
        if (a.dim(2) < window || a.dim(3) < window) {
            throw Check.error(NAME, "images must be at least as large as the window of " + window, a.shape(), a);
        }
    }

    /**
     * One of the terms of two images, {@code [N, C]}.
     *
     * @param a {@code [N, C, H, W]}
     * @param b of a's shape
     * @param luminance whether it is the whole similarity, or contrast and structure alone
     */
    Tensor term(Tensor a, Tensor b, boolean luminance) {
        requireFitting(a, b);
        SsimSpec spec = new SsimSpec(gaussian().fir(), c(k1), c(k2), luminance);
        if (!a.backend().fuses(spec)) {
            Terms terms = of(a, b);
            return luminance ? terms.ssim() : terms.contrast();
        }
        Tensor left = Layouts.plain(a);
        Tensor right = Layouts.plain(b);
        Tensor y = Tensor.empty(a.device(), Shape.of(a.dim(0), a.dim(1)));
        a.backend().ssim(spec, left.array(), right.array(), y.array());
        return Recording.of(NAME, y)
                .input(left, (g, s) -> gradient(spec, g, s[0], s[1]), left, right)
                .input(right, (g, s) -> gradient(spec, g, s[1], s[0]), left, right)
                .done();
    }

    /** The gradient at a; both images take the same part. With history it goes through the composition. */
    private Tensor gradient(SsimSpec spec, Tensor g, Tensor a, Tensor b) {
        if (Recording.isOn(g, a, b)) {
            Tensor left = Shapes.view(a);
            Terms terms = of(left, b);
            Tensor y = spec.luminance() ? terms.ssim() : terms.contrast();
            return Gradients.of(y).seed(g).recorded().wrt(List.of(left)).get(0);
        }
        Tensor da = Tensor.empty(a.device(), a.shape());
        a.backend().ssimGrad(spec, g.array(), a.array(), b.array(), da.array());
        return da;
    }

    private float c(double k) {
        return (float) (k * range * k * range);
    }

    private Terms compute(Tensor a, Tensor b) {
        float c1 = c(k1);
        float c2 = c(k2);
        Tensor meanA = blur(a);
        Tensor meanB = blur(b);
        Tensor product = Elementwise.scale(Elementwise.mul(meanA, meanB), 2);
        Tensor squares = Elementwise.add(Elementwise.square(meanA), Elementwise.square(meanB));
        Tensor luminance = ratio(product, squares, c1);
        Tensor cross = Elementwise.scale(blur(Elementwise.mul(a, b)), 2);
        Tensor power = blur(Elementwise.add(Elementwise.square(a), Elementwise.square(b)));
        Tensor contrast = ratio(Elementwise.sub(cross, product), Elementwise.sub(power, squares), c2);
        return new Terms(Pool2d.globalAvg(Elementwise.mul(luminance, contrast)), Pool2d.globalAvg(contrast));
    }

    private static Tensor ratio(Tensor numerator, Tensor denominator, float c) {
        return Elementwise.div(Elementwise.shift(numerator, c), Elementwise.shift(denominator, c));
    }

    private Tensor blur(Tensor x) {
        return Upfirdn2d.of(x, gaussian(), Resample.filter(0, 0, 0, 0));
    }

    private Filter gaussian() {
        double[] weights = new double[window];
        double sum = 0;
        for (int i = 0; i < window; i++) {
            double d = i - (window - 1) / 2.0;
            weights[i] = Math.exp(-d * d / (2 * sigma * sigma));
            sum += weights[i];
        }
        float[] taps = new float[window];
        for (int i = 0; i < window; i++) {
            taps[i] = (float) (weights[i] / sum);
        }
        return new Filter(new Fir(1, window, taps), true);
    }

    /** Halves an image by means of 2 x 2; an odd last row or column is repeated first. */
    static Tensor halve(Tensor x) {
        Tensor even = repeatLast(repeatLast(x, 2), 3);
        return Pool2d.avg(even, Pool2d.valid(2, 2, 2, 2));
    }

    private static Tensor repeatLast(Tensor x, int axis) {
        int n = x.dim(axis);
        return n % 2 == 0 ? x : Shapes.concat(axis, List.of(x, Shapes.narrow(x, axis, n - 1, n)));
    }
}

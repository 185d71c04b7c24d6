package org.semblance.ops;

import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * StyleGAN2's modulated convolution as a composition, in the form that scales activations, so that one convolution
 * serves the whole batch: {@code y = conv(x * s) * d + noise}, {@code d[n,o] = 1 / sqrt(sum_{i,k,l} (w s)^2 + eps)}. It
 * equals the form that scales weights per sample. Gradients of every order.
 *
 * <p>Source: Karras et al., Analyzing and Improving the Image Quality of StyleGAN, section 2.2.
 */
public final class ModulatedConv2d {
    /** Added under the root of the demodulation. */
    public static final float EPSILON = 1e-8f;

    private static final String NAME = "modulatedConv2d";

    private ModulatedConv2d() {}

    /**
     * Convolves a batch with weights modulated per sample.
     *
     * @param x {@code [N, I, H, W]}
     * @param w {@code [O, I, kh, kw]}
     * @param styles {@code [N, I]}, the factors of the input channels
     * @param noise added after the demodulation, {@code [H', W']} or {@code [N or 1, 1, H', W']}, or null
     * @param demodulate whether outputs are scaled to unit expected magnitude
     * @param up whole factor of enlargement
     * @param down whole factor of reduction
     * @param padding rows and columns on every side with respect to the enlarged image
     * @param filter low-pass filter for changes of size, or null
     * @param flipWeight true: correlation; false: convolution, which StyleGAN2 uses when it enlarges
     * @return {@code [N, O, H', W']}
     */
    public static Tensor of(
            Tensor x,
            Tensor w,
            Tensor styles,
            @Nullable Tensor noise,
            boolean demodulate,
            int up,
            int down,
            int padding,
            @Nullable Filter filter,
            boolean flipWeight) {
        ResampleConv2d.Spec spec = ResampleConv2d.Spec.of(up, down, padding).withFlipWeight(flipWeight);
        return of(x, w, styles, noise, demodulate ? EPSILON : Float.NaN, filter, spec);
    }

    /**
     * As above with the whole geometry.
     *
     * @param epsilon added under the root of the demodulation, or NaN for no demodulation
     */
    public static Tensor of(
            Tensor x,
            Tensor w,
            Tensor styles,
            @Nullable Tensor noise,
            float epsilon,
            @Nullable Filter filter,
            ResampleConv2d.Spec spec) {
        Check.image(NAME, "x", x);
        Check.rank(NAME, "w", w, 4);
        Check.shape(NAME, "styles", styles, Shape.of(x.dim(0), x.dim(1)));
        if (w.dim(1) != x.dim(1) || spec.groups() != 1) {
            throw Check.error(NAME, "w must be [O, I, kh, kw] with x's channels, in one group", w.shape(), x, w);
        }
        return Scope.in(NAME, () -> compute(x, w, styles, noise, epsilon, filter, spec));
    }

    private static Tensor compute(
            Tensor x,
            Tensor w,
            Tensor styles,
            @Nullable Tensor noise,
            float epsilon,
            @Nullable Filter filter,
            ResampleConv2d.Spec spec) {
        Tensor y = ResampleConv2d.of(perChannel(x, styles), w, filter, spec);
        if (!Float.isNaN(epsilon)) {
            y = perChannel(y, demodulation(w, styles, epsilon));
        }
        return noise == null ? y : Elementwise.add(y, asImage(noise));
    }

    /**
     * The factors that give outputs unit expected magnitude, {@code 1 / sqrt(sum_{i,k,l} (w[o,i,k,l] s[n,i])^2 + eps)}.
     *
     * @param w {@code [O, I, kh, kw]}
     * @param styles {@code [N, I]}
     * @return {@code [N, O]}
     */
    public static Tensor demodulation(Tensor w, Tensor styles, float epsilon) {
        return Scope.in("demodulation", () -> {
            Tensor energy = Shapes.reshape(Reduce.sum(Elementwise.square(w), 2, 3), Shape.of(w.dim(0), w.dim(1)));
            Tensor sum = MatMul.of(Elementwise.square(styles), false, energy, true);
            return Elementwise.rsqrt(Elementwise.shift(sum, epsilon));
        });
    }

    /** {@code x[n,c,h,w] * factors[n,c]}. */
    static Tensor perChannel(Tensor x, Tensor factors) {
        return Elementwise.mul(x, Shapes.reshape(factors, Shape.of(factors.dim(0), factors.dim(1), 1, 1)));
    }

    private static Tensor asImage(Tensor noise) {
        return noise.rank() == 2 ? Shapes.reshape(noise, Shape.of(1, 1, noise.dim(0), noise.dim(1))) : noise;
    }
}

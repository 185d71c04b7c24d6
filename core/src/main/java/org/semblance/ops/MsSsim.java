package org.semblance.ops;

import java.util.Objects;
import org.semblance.array.Shape;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * Multi-scale structural similarity. Per channel the product over scales of {@code relu(term)^power}, the term being
 * contrast and structure at the fine scales and the whole similarity at the coarsest; then the mean over channels. A
 * composition; gradients of every order, 0 where a term is not positive.
 *
 * <p>Source: Wang et al., Multi-scale Structural Similarity for Image Quality Assessment, 2003.
 */
public final class MsSsim {
    private static final String NAME = "msSsim";
    /** Terms below this count as 0, so that their infinite slope under a power below 1 stays out of the gradient. */
    private static final float SMALLEST = 1e-12f;

    private MsSsim() {}

    /** The usual powers of five scales; images must be at least 161 pixels wide and high. */
    public static float[] standardPowers() {
        return new float[] {0.0448f, 0.2856f, 0.3001f, 0.2363f, 0.1333f};
    }

    /**
     * Similarity of images.
     *
     * @param a {@code [N, C, H, W]}
     * @param b of a's shape
     * @param ssim what is measured at each scale
     * @param powers exponents, one per scale, finest first
     * @return {@code [N]}
     */
    public static Tensor of(Tensor a, Tensor b, Ssim ssim, float... powers) {
        if (powers.length == 0) {
            throw Check.error(NAME, "there must be at least one scale", "none", a, b);
        }
        Check.image(NAME, "a", a);
        Check.shape(NAME, "b", b, a.shape());
        return Scope.in(NAME, () -> {
            Tensor product = product(a, b, ssim, powers);
            return Shapes.reshape(Reduce.mean(product, 1), Shape.of(a.dim(0)));
        });
    }

    private static Tensor product(Tensor a, Tensor b, Ssim ssim, float[] powers) {
        Tensor left = a;
        Tensor right = b;
        Tensor product = null;
        for (int k = 0; k < powers.length; k++) {
            if (k > 0) {
                left = Ssim.halve(left);
                right = Ssim.halve(right);
            }
            Tensor factor = power(ssim.term(left, right, k + 1 == powers.length), powers[k]);
            product = product == null ? factor : Elementwise.mul(product, factor);
        }
        return Objects.requireNonNull(product);
    }

    private static Tensor power(Tensor term, float power) {
        Tensor positive = Elementwise.inside(term, SMALLEST, Float.POSITIVE_INFINITY);
        Tensor safe = Elementwise.clamp(term, SMALLEST, Float.POSITIVE_INFINITY);
        return Elementwise.mul(Elementwise.pow(safe, power), positive);
    }
}

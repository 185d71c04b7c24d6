package org.semblance.nn;

import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Norm;
import org.semblance.ops.Reduce;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * Losses; each is a scalar of shape {@code []} unless it says otherwise, and has gradients of every order.
 *
 * <p>Source: Nitzan et al., Face Identity Disentanglement via Latent Space Mapping, section 3; Mescheder et al., Which
 * Training Methods for GANs do actually Converge?, section 4 (R1).
 */
public final class Losses {
    private Losses() {}

    // --- adversarial ------------------------------------------------------------------------------------------------

    /** What the generator minimises: {@code mean softplus(-fake)}. @param fake logits of generated samples */
    public static Tensor gan(Tensor fake) {
        return Scope.in("gan", () -> Reduce.meanAll(Elementwise.softplus(Elementwise.neg(fake))));
    }

    /** What the discriminator minimises: {@code mean softplus(-real) + mean softplus(fake)}. */
    public static Tensor discriminator(Tensor real, Tensor fake) {
        return Scope.in("discriminator", () -> {
            Tensor judgedReal = Reduce.meanAll(Elementwise.softplus(Elementwise.neg(real)));
            return Elementwise.add(judgedReal, Reduce.meanAll(Elementwise.softplus(fake)));
        });
    }

    /**
     * Mean binary cross-entropy with logits against one target for all: {@code mean(softplus(x) - target x)}.
     *
     * @param target probability of the positive class, 0 to 1
     */
    public static Tensor binaryCrossEntropy(Tensor logits, float target) {
        if (!(target >= 0 && target <= 1)) {
            throw new IllegalArgumentException("binaryCrossEntropy: target must lie in [0, 1], got " + target);
        }
        return Scope.in("binaryCrossEntropy", () -> {
            Tensor positive = Elementwise.softplus(logits);
            return Reduce.meanAll(Elementwise.sub(positive, Elementwise.scale(logits, target)));
        });
    }

    /**
     * The R1 penalty, {@code gamma / 2 * mean_n |d sum(logits) / d x_n|^2}, through a recorded gradient.
     *
     * @param logits outputs of a discriminator
     * @param x its tracked input; the first axis counts samples
     */
    public static Tensor r1(Tensor logits, Tensor x, float gamma) {
        return Scope.in("r1", () -> {
            Tensor slope = Gradients.of(logits).recorded().wrt(x);
            Tensor total = Reduce.sumAll(Elementwise.square(slope));
            return Elementwise.scale(total, 0.5f * gamma / x.dim(0));
        });
    }

    // --- distances --------------------------------------------------------------------------------------------------

    /** {@code mean (a - b)^2}. */
    public static Tensor meanSquared(Tensor a, Tensor b) {
        return Scope.in("meanSquared", () -> Reduce.meanAll(Elementwise.square(Elementwise.sub(a, b))));
    }

    /** {@code mean |a - b|}. */
    public static Tensor meanAbsolute(Tensor a, Tensor b) {
        return Scope.in("meanAbsolute", () -> Reduce.meanAll(Elementwise.abs(Elementwise.sub(a, b))));
    }

    /** {@code mean |a - b| / mean |b|}, which does not depend on the scale of both. @param b constant, not all 0 */
    public static Tensor relativeAbsolute(Tensor a, Tensor b) {
        return Scope.in("relativeAbsolute", () -> {
            Tensor size = Elementwise.shift(Reduce.meanAll(Elementwise.abs(b)), 1e-8f);
            return Elementwise.div(meanAbsolute(a, b), size);
        });
    }

    /** Cosine of the angle between rows, {@code [N, D] x [N, D] -> [N]}, in [-1, 1]. */
    public static Tensor cosineSimilarity(Tensor a, Tensor b) {
        if (a.rank() != 2 || !a.shape().equals(b.shape())) {
            throw new IllegalArgumentException(
                    "cosine: both must be [N, D], got " + a.shape() + " and " + b.shape() + " [" + a + ", " + b + "]");
        }
        return Scope.in("cosine", () -> {
            Tensor products = Elementwise.mul(Norm.l2(a), Norm.l2(b));
            return Shapes.reshape(Reduce.sum(products, 1), Shape.of(a.dim(0)));
        });
    }

    /** {@code mean_n (1 - cos(a_n, b_n))}, in [0, 2]. */
    public static Tensor cosine(Tensor a, Tensor b) {
        return Scope.in("cosine", () -> Elementwise.affine(Reduce.meanAll(cosineSimilarity(a, b)), -1, 1));
    }

    /**
     * Weighted absolute difference, {@code sum_n sum_hw mask[h,w] mean_c |a - b|}: summed over the batch, not averaged.
     *
     * @param a {@code [N, C, H, W]}
     * @param b of a's shape
     * @param mask {@code [H, W]}
     */
    public static Tensor maskedAbsolute(Tensor a, Tensor b, Tensor mask) {
        if (a.rank() != 4 || !mask.shape().equals(Shape.of(a.dim(2), a.dim(3)))) {
            throw new IllegalArgumentException("maskedAbsolute: mask must be [H, W] of the images, got " + mask.shape()
                    + " [a=" + a.shape() + "]");
        }
        return Scope.in("maskedAbsolute", () -> {
            Tensor mean = Reduce.mean(Elementwise.abs(Elementwise.sub(a, b)), 1);
            Tensor weights = Shapes.reshape(mask, Shape.of(1, 1, a.dim(2), a.dim(3)));
            return Reduce.sumAll(Elementwise.mul(mean, weights));
        });
    }

    /**
     * Weights that are smallest in the middle: {@code max(g) + min(g) - g} for a centred Gaussian g, scaled to sum 1.
     *
     * @param size rows and columns
     * @param sigma standard deviation in pixels
     * @return {@code [size, size]}
     */
    public static HostArray inverseGaussian(int size, double sigma) {
        if (size < 1 || !(sigma > 0)) {
            throw new IllegalArgumentException(
                    "inverseGaussian: size and sigma must be positive, got " + size + " and " + sigma);
        }
        double[] g = gaussian(size, sigma);
        double largest = g[(size - 1) / 2] * g[(size - 1) / 2];
        double smallest = g[0] * g[0];
        double sum = 0;
        for (int i = 0; i < size * size; i++) {
            sum += largest + smallest - g[i / size] * g[i % size];
        }
        float[] mask = new float[size * size];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (float) ((largest + smallest - g[i / size] * g[i % size]) / sum);
        }
        return HostArray.of(mask, size, size);
    }

    private static double[] gaussian(int size, double sigma) {
        double[] g = new double[size];
        for (int i = 0; i < size; i++) {
            double d = i - (size - 1) / 2.0;
            g[i] = Math.exp(-d * d / (2 * sigma * sigma));
        }
        return g;
    }
}

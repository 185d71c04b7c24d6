package org.semblance.ops;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** Normalisations, each a composition of operations; gradients of every order. Channels are axis 1. */
public final class Norm {
    private static final String NAME = "batchNorm";

    private Norm() {}

    /**
     * A batch normalised by its own statistics.
     *
     * @param y the result, x's shape
     * @param mean means of the batch per channel, {@code [C]}
     * @param variance biased variances of the batch per channel, {@code [C]}
     */
    public record Batch(Tensor y, Tensor mean, Tensor variance) {}

    /**
     * Batch normalisation with given statistics, {@code y = gamma (x - mean) / sqrt(variance + eps) + beta}.
     *
     * @param x {@code [N, C, ...]}
     * @param gamma {@code [C]} or null for 1
     * @param beta {@code [C]} or null for 0
     * @param mean {@code [C]}
     * @param variance {@code [C]}
     */
    public static Tensor batchInference(
            Tensor x, @Nullable Tensor gamma, @Nullable Tensor beta, Tensor mean, Tensor variance, float eps) {
        requireChannels(x, mean, "mean");
        requireChannels(x, variance, "variance");
        return Scope.in(NAME, () -> {
            Tensor factor = scale(x, gamma, variance, eps);
            Tensor bias = Elementwise.neg(Elementwise.mul(mean, factor));
            Tensor shift = beta == null ? bias : Elementwise.add(bias, channels(x, beta, "beta"));
            return Elementwise.add(Elementwise.mul(x, along(x, factor)), along(x, shift));
        });
    }

    /**
     * Batch normalisation by the batch's own mean and biased variance, over all axes but the channels.
     *
     * @param x {@code [N, C, ...]}
     * @param gamma {@code [C]} or null for 1
     * @param beta {@code [C]} or null for 0
     */
    public static Batch batchTraining(Tensor x, @Nullable Tensor gamma, @Nullable Tensor beta, float eps) {
        if (x.rank() < 2) {
            throw Check.error(NAME, "x must be [N, C, ...]", x.shape(), x);
        }
        int[] others = others(x);
        Tensor mean = Reduce.mean(x, others);
        Tensor centred = Elementwise.sub(x, mean);
        Tensor variance = Reduce.mean(Elementwise.square(centred), others);
        Tensor flat = Shapes.reshape(variance, Shape.of(x.dim(1)));
        Tensor y = Elementwise.mul(centred, along(x, scale(x, gamma, flat, eps)));
        if (beta != null) {
            y = Elementwise.add(y, along(x, channels(x, beta, "beta")));
        }
        return new Batch(y, Shapes.reshape(mean, Shape.of(x.dim(1))), flat);
    }

    /**
     * {@code old * momentum + now * (1 - momentum)}: Keras' moving statistics. PyTorch's momentum is 1 minus this one.
     */
    public static Tensor moving(Tensor old, Tensor now, double momentum) {
        return Elementwise.add(
                Elementwise.scale(old, (float) momentum), Elementwise.scale(now, (float) (1 - momentum)));
    }

    /** The unbiased variance, which moving statistics accumulate. @param count elements per channel */
    public static Tensor unbiased(Tensor variance, long count) {
        return Elementwise.scale(variance, (float) ((double) count / Math.max(count - 1, 1)));
    }

    /**
     * {@code x / sqrt(max(sum x^2, eps))} over one axis, TensorFlow's {@code l2_normalize}; where eps is the larger,
     * the factor is constant.
     */
    public static Tensor l2(Tensor x, int axis, float eps) {
        int a = Check.axis("l2Normalize", x, axis);
        return Scope.in("l2Normalize", () -> {
            Tensor sum = Reduce.sum(Elementwise.square(x), a);
            Tensor bounded = Elementwise.clamp(sum, eps, Float.POSITIVE_INFINITY);
            return Elementwise.mul(x, Elementwise.rsqrt(bounded));
        });
    }

    /** {@link #l2(Tensor, int, float)} over the last axis with eps 1e-12. */
    public static Tensor l2(Tensor x) {
        return l2(x, -1, 1e-12f);
    }

    /**
     * {@code x / sqrt(mean(x^2) + eps)} over one axis: StyleGAN2's {@code normalize_2nd_moment}, the pixel norm of
     * ProGAN (Karras et al., Progressive Growing of GANs, section 4.2).
     */
    public static Tensor secondMoment(Tensor x, int axis, float eps) {
        int a = Check.axis("normalize2ndMoment", x, axis);
        return Scope.in("normalize2ndMoment", () -> {
            Tensor mean = Reduce.mean(Elementwise.square(x), a);
            return Elementwise.mul(x, Elementwise.rsqrt(Elementwise.shift(mean, eps)));
        });
    }

    private static Tensor scale(Tensor x, @Nullable Tensor gamma, Tensor variance, float eps) {
        Tensor r = Elementwise.rsqrt(Elementwise.shift(variance, eps));
        return gamma == null ? r : Elementwise.mul(r, channels(x, gamma, "gamma"));
    }

    private static Tensor along(Tensor x, Tensor v) {
        return BiasAct.alongAxis(v, x.rank(), 1);
    }

    private static Tensor channels(Tensor x, Tensor v, String name) {
        requireChannels(x, v, name);
        return v;
    }

    private static void requireChannels(Tensor x, Tensor v, String name) {
        if (x.rank() < 2) {
            throw Check.error(NAME, "x must be [N, C, ...]", x.shape(), x);
        }
        Check.shape(NAME, name, v, Shape.of(x.dim(1)));
    }

    private static int[] others(Tensor x) {
        int[] axes = new int[x.rank() - 1];
        Arrays.setAll(axes, i -> i == 0 ? 0 : i + 1);
        return axes;
    }
}

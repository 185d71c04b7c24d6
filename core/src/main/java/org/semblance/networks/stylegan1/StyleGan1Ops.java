package org.semblance.networks.stylegan1;

import org.semblance.ops.Conv2d;
import org.semblance.ops.Elementwise;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** The operations that StyleGAN has and StyleGAN2 has not, on {@code [N, C, H, W]}; compositions of any order. */
public final class StyleGan1Ops {
    private StyleGan1Ops() {}

    /** Nearest neighbours at twice the size, then a 3x3 kernel {@code [3, 3, in, out]} times sqrt(2 / (9 in)). */
    public static Tensor upscale(Tensor x, Tensor kernel) {
        return Scope.in("upscale", () -> Upscale.plain(x, Conv2d.fromKeras(scaled(kernel))));
    }

    /** The same as one transposed convolution with the 4x4 sum of the four one-pixel shifts of the kernel. */
    public static Tensor fusedUpscale(Tensor x, Tensor kernel) {
        return Scope.in("fusedUpscale", () -> Upscale.fused(x, Upscale.spread(scaled(kernel))));
    }

    private static Tensor scaled(Tensor kernel) {
        return Elementwise.scale(kernel, (float) Math.sqrt(2.0 / (9 * kernel.dim(2))));
    }

    /** Smoothing by [1, 2, 1] / 4 in both axes, zeros around. */
    public static Tensor blur(Tensor x) {
        return Upscale.blurred(x);
    }

    /** {@code (x - mean) / sqrt(var + eps)} per picture and channel, biased variance. */
    public static Tensor instanceNorm(Tensor x, float eps) {
        return Scope.in("instanceNorm", () -> Epilogue.normalised(x, eps));
    }

    /** {@code x (s0 + 1) + s1} with styles {@code [N, 2 C]}, all factors first. */
    public static Tensor style(Tensor x, Tensor style) {
        return Scope.in("style", () -> Epilogue.styled(x, style));
    }
}

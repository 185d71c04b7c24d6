package org.semblance.ops;

import org.jspecify.annotations.Nullable;
import org.semblance.backend.Activation;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * A whole StyleGAN2 layer: {@code y = act(d * conv(s * x, w) + noise + b)}, at the same resolution or enlarging by two
 * through a low-pass filter.
 *
 * @param weight {@code [O, I, k, k]}
 * @param energy {@code [O, I]}, sums of squares of the weights over taps, if they are frozen; else null
 * @param bias {@code [O]}
 * @param act with gain and clamp
 * @param up 1 or 2
 * @param demodulate whether outputs are scaled to unit expected magnitude
 * @param filter low-pass filter of the enlargement
 */
public record ModulatedLayer(
        Tensor weight,
        @Nullable Tensor energy,
        Tensor bias,
        Activation act,
        int up,
        boolean demodulate,
        @Nullable Filter filter) {

    /** A 3x3 layer with demodulation. */
    public static ModulatedLayer synthesis(
            Tensor weight, @Nullable Tensor energy, Tensor bias, Activation act, int up, Filter filter) {
        return new ModulatedLayer(weight, energy, bias, act, up, true, filter);
    }

    /** A 1x1 layer without demodulation. */
    public static ModulatedLayer toRgb(Tensor weight, Tensor bias, Activation act) {
        return new ModulatedLayer(weight, null, bias, act, 1, false, null);
    }

    /** Sums of squares of weights over their taps, {@code [O, I]}. */
    public static Tensor energy(Tensor w) {
        return Scope.in("energy", () -> Shapes.reshape(Reduce.sum(Elementwise.square(w), 2, 3), w.dim(0), w.dim(1)));
    }

    /** This layer with another factor on gain and clamp. */
    public ModulatedLayer withGain(float gain) {
        Activation scaled = act.withGain(act.gain() * gain).withClamp(act.clamp() * gain);
        return new ModulatedLayer(weight, energy, bias, scaled, up, demodulate, filter);
    }

    /**
     * Applies the layer.
     *
     * @param x {@code [N, I, H, W]}
     * @param styles {@code [N, I]}
     * @param noise {@code [1 or N, 1, up H, up W]} or null
     * @return {@code [N, O, up H, up W]}
     */
    public Tensor apply(Tensor x, Tensor styles, @Nullable Tensor noise) {
        return Scope.in("modulatedLayer", () -> compose(x, styles, noise));
    }

    private Tensor compose(Tensor x, Tensor styles, @Nullable Tensor noise) {
        ResampleConv2d.Spec spec =
                ResampleConv2d.Spec.of(up, 1, weight.dim(2) / 2).withFlipWeight(up == 1);
        Tensor y = ResampleConv2d.of(ModulatedConv2d.perChannel(x, styles), weight, filter, spec);
        if (demodulate) {
            y = ModulatedConv2d.perChannel(y, demodulation(styles));
        }
        if (noise != null) {
            y = Elementwise.add(y, noise);
        }
        return BiasAct.of(y, bias, 1, act);
    }

    /** {@code 1 / sqrt(sum_i s^2 energy + eps)}, {@code [N, O]}. */
    private Tensor demodulation(Tensor styles) {
        if (energy == null) {
            return ModulatedConv2d.demodulation(weight, styles, ModulatedConv2d.EPSILON);
        }
        Tensor sum = MatMul.of(Elementwise.square(styles), false, energy, true);
        return Elementwise.rsqrt(Elementwise.shift(sum, ModulatedConv2d.EPSILON));
    }
}

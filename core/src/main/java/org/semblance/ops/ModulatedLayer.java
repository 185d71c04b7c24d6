package org.semblance.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.Backend;
import org.semblance.backend.Fir;
import org.semblance.backend.ModulatedSpec;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Recording;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * A whole StyleGAN2 layer: {@code y = act(d * conv(s * x, w) + noise + b)}, at the same resolution or enlarging by two
 * through a low-pass filter.
 *
 * <p>Where the backend has a kernel for the whole layer and weights, bias and noise are constants, that kernel runs,
 * and
 * first gradients to x and the styles come from the layer's input and output alone. In all other cases, and for
 * gradients of gradients, the layer is composed of operations; both forms give the same numbers.
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

    private static final String NAME = "modulatedLayer";

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
        Check.image(NAME, "x", x);
        Check.rank(NAME, "weight", weight, 4);
        Check.shape(NAME, "bias", bias, Shape.of(weight.dim(0)));
        if (energy != null) {
            Check.shape(NAME, "energy", energy, Shape.of(weight.dim(0), weight.dim(1)));
        }
        Check.sameDevice(NAME, x, weight);
        Check.sameDevice(NAME, x, styles);
        Check.shape(NAME, "styles", styles, Shape.of(x.dim(0), weight.dim(1)));
        if (x.dim(1) != weight.dim(1)) {
            throw Check.error(NAME, "x must have the weights' input channels", x.dim(1), x, weight);
        }
        if (noise != null) {
            requireNoise(noise, x.dim(0), up * x.dim(2), up * x.dim(3));
        }
        return Scope.in(NAME, () -> {
            Tensor d = demodulate ? demodulation(styles) : null;
            return isFusible(noise) ? fused(x, styles, d, noise) : composed(x, styles, d, noise);
        });
    }

    private boolean isFusible(@Nullable Tensor noise) {
        boolean constant = !Recording.isOn(weight, bias) && (noise == null || !Recording.isOn(noise));
        boolean hasFilter = filter == null || !filter.separable();
        return constant
                && hasFilter
                && weight.array().isPlain()
                && weight.backend().fuses(spec(), weight.shape());
    }

    private ModulatedSpec spec() {
        Fir fir = up == 1 || filter == null ? null : filter.fir();
        return new ModulatedSpec(up, fir, act);
    }

    /** The layer as a composition, the oracle of the fused form. */
    Tensor composed(Tensor x, Tensor styles, @Nullable Tensor d, @Nullable Tensor noise) {
        ResampleConv2d.Spec spec =
                ResampleConv2d.Spec.of(up, 1, weight.dim(2) / 2).withFlipWeight(up == 1);
        Tensor y = ResampleConv2d.of(ModulatedConv2d.perChannel(x, styles), weight, filter, spec);
        if (d != null) {
            y = ModulatedConv2d.perChannel(y, d);
        }
        if (noise != null) {
            y = Elementwise.add(y, noise);
        }
        return BiasAct.of(y, bias, 1, act);
    }

    /** {@code 1 / sqrt(sum_i s^2 energy + eps)}, {@code [N, O]}. */
    Tensor demodulation(Tensor styles) {
        if (energy == null) {
            return ModulatedConv2d.demodulation(weight, styles, ModulatedConv2d.EPSILON);
        }
        Tensor sum = MatMul.of(Elementwise.square(styles), false, energy, true);
        return Elementwise.rsqrt(Elementwise.shift(sum, ModulatedConv2d.EPSILON));
    }

    private Tensor fused(Tensor features, Tensor styles, @Nullable Tensor d, @Nullable Tensor noise) {
        Backend backend = features.backend();
        Tensor x = Layouts.image(features);
        Shape shape = Shape.of(x.dim(0), weight.dim(0), up * x.dim(2), up * x.dim(3));
        Tensor y = Tensor.empty(x.device(), shape, backend.imageLayout());
        backend.modulatedLayer(
                spec(), x.array(), weight.array(), styles.array(), array(d), array(noise), bias.array(), y.array());
        List<Tensor> inputs = d == null ? List.of(x, styles) : List.of(x, styles, d);
        List<Tensor> saved = new ArrayList<>(List.of(x, y, styles));
        addIfPresent(saved, d);
        addIfPresent(saved, noise);
        boolean noisy = noise != null;
        return Recording.of(NAME, y)
                .inputs(
                        inputs,
                        (g, s, needed) -> gradients(g, Saved.of(s, d != null, noisy)),
                        saved.toArray(new Tensor[0]))
                .done();
    }

    private static void addIfPresent(List<Tensor> list, @Nullable Tensor t) {
        if (t != null) {
            list.add(t);
        }
    }

    /** What the backward pass reads. */
    private record Saved(
            Tensor x,
            Tensor y,
            Tensor styles,
            @Nullable Tensor d,
            @Nullable Tensor noise) {
        static Saved of(Tensor[] s, boolean hasD, boolean hasNoise) {
            return new Saved(s[0], s[1], s[2], hasD ? s[3] : null, hasNoise ? s[s.length - 1] : null);
        }
    }

    private static void requireNoise(Tensor noise, int n, int h, int w) {
        boolean fits = noise.rank() == 4
                && (noise.dim(0) == 1 || noise.dim(0) == n)
                && noise.dim(1) == 1
                && noise.dim(2) == h
                && noise.dim(3) == w;
        if (!fits) {
            throw Check.error(NAME, "noise must be [1 or N, 1, H, W] of the output", noise.shape(), noise);
        }
    }

    private static @Nullable NdArray array(@Nullable Tensor t) {
        return t == null ? null : t.array();
    }

    private @Nullable Tensor[] gradients(Tensor g, Saved s) {
        if (Recording.isOn(g, s.x, s.styles)) {
            return composedGradients(g, s);
        }
        Tensor up = Layouts.image(g);
        Tensor dx = Tensor.empty(g.device(), s.x.shape(), s.x.array().layout());
        Tensor ds = Tensor.empty(g.device(), s.styles.shape());
        Tensor dd = s.d == null ? null : Tensor.empty(g.device(), s.d.shape());
        g.backend()
                .modulatedLayerGrad(
                        spec(),
                        up.array(),
                        s.x.array(),
                        s.y.array(),
                        weight.array(),
                        s.styles.array(),
                        array(s.d),
                        array(s.noise),
                        bias.array(),
                        dx.array(),
                        ds.array(),
                        array(dd));
        return new @Nullable Tensor[] {dx, ds, dd};
    }

    /**
     * Gradients that carry history, through the composition. Its inputs are views, so that the walk ends at them: the
     * demodulation depends on the styles, and that path is not this layer's to follow.
     */
    private @Nullable Tensor[] composedGradients(Tensor g, Saved s) {
        Tensor x = Shapes.view(s.x);
        Tensor styles = Shapes.view(s.styles);
        Tensor d = s.d == null ? null : Shapes.view(s.d);
        Tensor y = composed(x, styles, d, s.noise);
        List<@Nullable Tensor> inputs = Arrays.asList(x, styles, d);
        List<Tensor> tracked = new ArrayList<>();
        inputs.stream().filter(t -> t != null && t.isTracked()).forEach(t -> addIfPresent(tracked, t));
        List<Tensor> grads = Gradients.of(y).seed(g).recorded().wrt(tracked);
        @Nullable Tensor[] result = new @Nullable Tensor[3];
        for (int i = 0; i < 3; i++) {
            int at = tracked.indexOf(inputs.get(i));
            result[i] = at < 0 ? null : grads.get(at);
        }
        return result;
    }
}

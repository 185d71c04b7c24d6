package org.semblance.networks.faceapi;

import java.util.function.Supplier;
import org.semblance.backend.Activation;
import org.semblance.backend.ConvSpec;
import org.semblance.nn.Parameters;
import org.semblance.ops.Conv2d;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Tensor;

/** Layers over parameters in TensorFlow's order of axes; frozen ones are brought into our order once. */
record Layers(Parameters parameters) {
    /**
     * A convolution with bias and activation.
     *
     * @param weight {@code [O, I / groups, kh, kw]}
     * @param bias {@code [O]}
     */
    record Conv(Supplier<Tensor> weight, Supplier<Tensor> bias, int groups, Activation act) {
        /** With zeros around as TensorFlow's SAME puts them. */
        Tensor same(Tensor x, int stride) {
            Tensor w = weight.get();
            ConvSpec spec = Conv2d.same(x.shape(), w.dim(2), w.dim(3), stride, stride, 1, 1, groups);
            return Conv2d.biasAct(x, w, bias.get(), act, spec);
        }

        /** With this many zeros on every side. */
        Tensor padded(Tensor x, int stride, int pad) {
            ConvSpec spec = ConvSpec.of(stride, pad).withGroups(groups);
            return Conv2d.biasAct(x, weight.get(), bias.get(), act, spec);
        }
    }

    /** A depthwise convolution 3x3 and a pointwise one with bias and activation. */
    record Separable(Supplier<Tensor> depthwise, Conv pointwise) {
        Tensor same(Tensor x, int stride) {
            return pointwise.padded(
                    Conv2d.of(x, depthwise.get(), Conv2d.same(x.shape(), 3, 3, stride, stride, 1, 1, x.dim(1))), 1, 0);
        }
    }

    /** What is computed from parameters: once where they are frozen, else whenever it is asked for. */
    Supplier<Tensor> fixed(Supplier<Tensor> compute) {
        if (parameters.isTrainable()) {
            return compute;
        }
        Tensor once = parameters.derived(compute);
        return () -> once;
    }

    Conv conv(String filters, String bias, int kernel, int in, int out, Activation act) {
        Tensor w = parameters.take(filters, kernel, kernel, in, out);
        Tensor b = parameters.take(bias, out);
        return new Conv(fixed(() -> Conv2d.fromKeras(w)), () -> b, 1, act);
    }

    /** A convolution whose result is scaled and shifted per channel, both multiplied into its weights. */
    Conv scaled(String name, int kernel, int in, int out, Activation act) {
        Tensor w = parameters.take(name + "/conv/filters", kernel, kernel, in, out);
        Tensor b = parameters.take(name + "/conv/bias", out);
        Tensor scale = parameters.take(name + "/scale/weights", out);
        Tensor shift = parameters.take(name + "/scale/biases", out);
        return new Conv(
                fixed(() -> Elementwise.mul(Conv2d.fromKeras(w), Shapes.reshape(scale, out, 1, 1, 1))),
                fixed(() -> Elementwise.add(Elementwise.mul(b, scale), shift)),
                1,
                act);
    }

    /** Filters {@code [3, 3, C, 1]} as {@code [C, 1, 3, 3]}. */
    Supplier<Tensor> depthwise(String filters, int channels) {
        Tensor w = parameters.take(filters, 3, 3, channels, 1);
        return fixed(() -> Shapes.permute(w, 2, 3, 0, 1));
    }

    Separable separable(String name, int in, int out, Activation act) {
        return new Separable(
                depthwise(name + "/depthwise_filter", in),
                conv(name + "/pointwise_filter", name + "/bias", 1, in, out, act));
    }
}

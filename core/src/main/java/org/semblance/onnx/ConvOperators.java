package org.semblance.onnx;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.ConvSpec;
import org.semblance.ops.BiasAct;
import org.semblance.ops.Conv2d;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Tensor;

/** Convolutions, with a normalisation and an activation behind them taken in, and normalisations on their own. */
final class ConvOperators {
    private ConvOperators() {}

    static void register(Map<String, Operator.Maker> makers) {
        makers.put("Conv", ConvOperators::conv);
        makers.put("ConvTranspose", ConvOperators::transposed);
        makers.put("BatchNormalization", ConvOperators::norm);
    }

    /** {@code factor * x + shift} per channel. */
    private record Affine(float[] factor, float[] shift) {
        /** From scale, bias, mean and variance, in double precision. */
        static Affine of(Call call) {
            if (call.node().flag("training_mode", false)) {
                throw new UnsupportedOperationException("training_mode");
            }
            float[] scale = call.known(1).floats().data();
            float[] bias = call.known(2).floats().data();
            float[] mean = call.known(3).floats().data();
            float[] variance = call.known(4).floats().data();
            int n = scale.length;
            if (bias.length != n || mean.length != n || variance.length != n) {
                throw new IllegalArgumentException("scale, bias, mean and variance must have one length, got " + n
                        + ", " + bias.length + ", " + mean.length + ", " + variance.length);
            }
            double eps = call.node().number("epsilon", 1e-5f);
            float[] factor = new float[n];
            float[] shift = new float[n];
            for (int i = 0; i < n; i++) {
                double f = scale[i] / Math.sqrt(variance[i] + eps);
                factor[i] = (float) f;
                shift[i] = (float) (bias[i] - mean[i] * f);
            }
            return new Affine(factor, shift);
        }
    }

    private static Operator norm(Call call) {
        Affine affine = Affine.of(call);
        Source<Tensor> x = call.tensor(0);
        Tensor factor = call.keep(HostArray.of(affine.factor(), affine.factor().length));
        Tensor shift = call.keep(HostArray.of(affine.shift(), affine.shift().length));
        return Operator.tensor(env -> {
            Tensor in = x.in(env);
            Tensor scaled = Elementwise.mul(in, along(factor, in.rank()));
            return BiasAct.of(scaled, shift, 1, Activation.linear());
        });
    }

    /** A vector along the axis of channels. */
    static Tensor along(Tensor v, int rank) {
        int[] dims = new int[rank];
        Arrays.fill(dims, 1);
        dims[1] = v.dim(0);
        return Shapes.reshape(v, Shape.of(dims));
    }

    private static Operator conv(Call call) {
        HostArray weight = call.known(1).floats();
        if (weight.shape().rank() != 4) {
            throw new UnsupportedOperationException(
                    "kernels of rank " + weight.shape().rank());
        }
        int out = weight.shape().dim(0);
        float[] bias = call.has(2) ? call.known(2).floats().data() : null;
        if (bias != null && bias.length != out) {
            throw new IllegalArgumentException("bias must have " + out + " elements, got " + bias.length);
        }
        var reader = call.reader("BatchNormalization");
        if (reader != null) {
            Affine affine = Affine.of(call.of(reader));
            bias = folded(weight, bias, affine);
            call.absorb(reader);
        }
        Activation act = PointwiseOperators.absorbed(call);
        Source<Tensor> x = call.tensor(0);
        Window window = Window.of(call.node(), weight.shape());
        int groups = groups(call.node());
        Tensor w = call.keep(weight);
        Tensor b = bias == null && act.equals(Activation.linear())
                ? null
                : call.keep(HostArray.of(bias == null ? new float[out] : bias, out));
        return Operator.tensor(env -> run(env, x.in(env), w, b, act, window, groups));
    }

    private static int groups(OnnxNode node) {
        long groups = node.integer("group", 1);
        if (groups < 1 || groups > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("group must be at least 1, got " + groups);
        }
        return (int) groups;
    }

    private static Tensor run(
            Env env, Tensor x, Tensor w, @Nullable Tensor b, Activation act, Window window, int groups) {
        if (x.rank() != 4) {
            throw new IllegalArgumentException("x must be [N, C, H, W], got " + x.shape());
        }
        ConvSpec spec = window.conv(x.shape(), groups);
        Shape y = env.room(x.dim(0), w.dim(0), spec.outHeight(x.dim(2), w.dim(2)), spec.outWidth(x.dim(3), w.dim(3)));
        env.work((double) y.count() * w.dim(1) * w.dim(2) * w.dim(3));
        return b == null ? Conv2d.of(x, w, spec) : Conv2d.biasAct(x, w, b, act, spec);
    }

    /** Multiplies a normalisation into weights; returns the bias. */
    private static float[] folded(HostArray weight, float @Nullable [] bias, Affine affine) {
        int out = weight.shape().dim(0);
        if (affine.factor().length != out) {
            throw new IllegalArgumentException(
                    "normalisation must have " + out + " channels, got " + affine.factor().length);
        }
        float[] data = weight.data();
        int each = out == 0 ? 0 : data.length / out;
        float[] shifted = new float[out];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < each; i++) {
                data[o * each + i] *= affine.factor()[o];
            }
            double before = bias == null ? 0 : bias[o];
            shifted[o] = (float) (before * affine.factor()[o] + affine.shift()[o]);
        }
        return shifted;
    }

    private static Operator transposed(Call call) {
        OnnxNode node = call.node();
        HostArray weight = call.known(1).floats();
        if (weight.shape().rank() != 4) {
            throw new UnsupportedOperationException(
                    "kernels of rank " + weight.shape().rank());
        }
        if (node.integers("output_shape") != null
                || !node.text("auto_pad", "NOTSET").equals("NOTSET")) {
            throw new UnsupportedOperationException("output_shape and auto_pad");
        }
        Window window = Window.of(node, weight.shape());
        int[] more = node.integers("output_padding", 0, 0);
        int groups = groups(node);
        Source<Tensor> x = call.tensor(0);
        Tensor w = call.keep(weight);
        Tensor b = call.has(2) ? call.keep(call.known(2).floats()) : null;
        return Operator.tensor(env -> {
            Tensor in = x.in(env);
            ConvSpec spec = window.conv(in.shape(), groups);
            env.room(
                    in.dim(0),
                    (long) w.dim(1) * groups,
                    (long) in.dim(2) * spec.strideY() + (long) w.dim(2) * spec.dilationY(),
                    (long) in.dim(3) * spec.strideX() + (long) w.dim(3) * spec.dilationX());
            env.work((double) in.shape().count() * w.dim(1) * w.dim(2) * w.dim(3));
            Tensor y = Conv2d.transposed(in, w, spec, more[0], more[1]);
            return b == null ? y : BiasAct.of(y, b, 1, Activation.linear());
        });
    }
}

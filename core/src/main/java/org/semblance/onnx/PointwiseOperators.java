package org.semblance.onnx;

import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.semblance.backend.Activation;
import org.semblance.ops.Elementwise;
import org.semblance.tensor.Tensor;

/** Functions of single elements. */
final class PointwiseOperators {
    private PointwiseOperators() {}

    static void register(Map<String, Operator.Maker> makers) {
        makers.put("Relu", call -> unary(call, Elementwise::relu));
        makers.put("Sigmoid", call -> unary(call, Elementwise::sigmoid));
        makers.put("Tanh", call -> unary(call, Elementwise::tanh));
        makers.put("Exp", call -> unary(call, Elementwise::exp));
        makers.put("Log", call -> unary(call, Elementwise::log));
        makers.put("Sqrt", call -> unary(call, Elementwise::sqrt));
        makers.put("Reciprocal", call -> unary(call, Elementwise::reciprocal));
        makers.put("Softplus", call -> unary(call, Elementwise::softplus));
        makers.put("Softsign", call -> unary(call, PointwiseOperators::softsign));
        makers.put("HardSwish", call -> unary(call, PointwiseOperators::hardSwish));
        makers.put("Mish", call -> unary(call, x -> Elementwise.mul(x, Elementwise.tanh(Elementwise.softplus(x)))));
        makers.put("LeakyRelu", call -> {
            float slope = call.node().number("alpha", 0.01f);
            return unary(call, x -> Elementwise.leakyRelu(x, slope));
        });
        makers.put("Elu", PointwiseOperators::elu);
        makers.put("Selu", PointwiseOperators::selu);
        makers.put("HardSigmoid", PointwiseOperators::hardSigmoid);
        makers.put("Clip", PointwiseOperators::clip);
        makers.put("PRelu", PointwiseOperators::prelu);
    }

    private static Operator unary(Call call, UnaryOperator<Tensor> f) {
        Source<Tensor> x = call.tensor(0);
        return Operator.tensor(env -> f.apply(x.in(env)));
    }

    private static Tensor softsign(Tensor x) {
        return Elementwise.div(x, Elementwise.shift(Elementwise.abs(x), 1));
    }

    private static Tensor hardSwish(Tensor x) {
        return Elementwise.mul(x, Elementwise.clamp(Elementwise.affine(x, 1f / 6, 0.5f), 0, 1));
    }

    private static Operator hardSigmoid(Call call) {
        float alpha = call.node().number("alpha", 0.2f);
        float beta = call.node().number("beta", 0.5f);
        return unary(call, x -> Elementwise.clamp(Elementwise.affine(x, alpha, beta), 0, 1));
    }

    /** {@code max(x, 0) + gain * (e^min(x, 0) - 1)}. */
    private static Tensor exponential(Tensor x, float gain, float scale) {
        Tensor low = Elementwise.exp(Elementwise.clamp(x, Float.NEGATIVE_INFINITY, 0));
        Tensor sum = Elementwise.add(Elementwise.relu(x), Elementwise.affine(low, gain, -gain));
        return Elementwise.scale(sum, scale);
    }

    private static Operator elu(Call call) {
        float alpha = call.node().number("alpha", 1);
        return unary(call, x -> exponential(x, alpha, 1));
    }

    private static Operator selu(Call call) {
        float alpha = call.node().number("alpha", 1.67326319217681884765625f);
        float gamma = call.node().number("gamma", 1.05070102214813232421875f);
        return unary(call, x -> exponential(x, alpha, gamma));
    }

    /** Bounds as attributes up to version 6, as inputs after. */
    private record Bounds(float low, float high) {
        static Bounds of(Call call) {
            return new Bounds(
                    bound(call, "min", 1, Float.NEGATIVE_INFINITY), bound(call, "max", 2, Float.POSITIVE_INFINITY));
        }

        private static float bound(Call call, String name, int input, float otherwise) {
            return call.has(input)
                    ? (float) call.known(input).host().item()
                    : call.node().number(name, otherwise);
        }
    }

    private static Operator clip(Call call) {
        Bounds bounds = Bounds.of(call);
        return unary(call, x -> Elementwise.clamp(x, bounds.low(), bounds.high()));
    }

    private static Operator prelu(Call call) {
        Source<Tensor> x = call.tensor(0);
        Source<Tensor> slope = call.tensor(1);
        return Operator.tensor(env -> {
            Tensor in = x.in(env);
            Tensor positive = Elementwise.relu(in);
            Tensor negative = Elementwise.sub(in, positive);
            Tensor factor = ArithmeticOperators.ranked(slope.in(env), in.rank());
            return Elementwise.add(positive, Elementwise.mul(negative, factor));
        });
    }

    /** An activation behind a convolution that can run in its pass; linear if there is none. */
    static Activation absorbed(Call call) {
        Activation found = Activation.linear();
        OnnxNode reader = call.reader("Relu");
        if (reader != null) {
            found = Activation.relu();
        } else if (call.reader("LeakyRelu") != null) {
            reader = call.reader("LeakyRelu");
            found = Activation.leakyRelu(reader == null ? 0 : reader.number("alpha", 0.01f));
        } else if (call.reader("Clip") != null) {
            reader = call.reader("Clip");
            found = clipped(reader == null ? null : Bounds.of(call.of(reader)));
        }
        if (reader != null && !found.equals(Activation.linear()) && found.slope() >= 0) {
            call.absorb(reader);
            return found;
        }
        return Activation.linear();
    }

    /** A clip from 0 up, else linear. */
    private static Activation clipped(@Nullable Bounds bounds) {
        boolean fits = bounds != null && bounds.low() == 0 && bounds.high() > 0;
        return bounds == null || !fits ? Activation.linear() : Activation.relu().withClamp(bounds.high());
    }
}

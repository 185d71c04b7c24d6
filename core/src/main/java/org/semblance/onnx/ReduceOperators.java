package org.semblance.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.semblance.array.Shape;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Norm;
import org.semblance.ops.Reduce;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Tensor;

/** Operators that look along whole axes: sums, means, extremes, normalisations. */
final class ReduceOperators {
    private ReduceOperators() {}

    private interface Along {
        Tensor of(Tensor x, int... axes);
    }

    static void register(Map<String, Operator.Maker> makers) {
        makers.put("ReduceMean", call -> reduce(call, Reduce::mean));
        makers.put("ReduceSum", call -> reduce(call, Reduce::sum));
        makers.put("ReduceSumSquare", call -> reduce(call, (x, a) -> Reduce.sum(Elementwise.square(x), a)));
        makers.put("ReduceL1", call -> reduce(call, (x, a) -> Reduce.sum(Elementwise.abs(x), a)));
        makers.put("ReduceL2", call -> reduce(call, ReduceOperators::length));
        makers.put("ReduceMax", call -> reduce(call, (x, a) -> extreme(x, a, Elementwise::max)));
        makers.put("ReduceMin", call -> reduce(call, (x, a) -> extreme(x, a, Elementwise::min)));
        makers.put("Softmax", call -> softmax(call, false));
        makers.put("LogSoftmax", call -> softmax(call, true));
        makers.put("LpNormalization", ReduceOperators::lpNorm);
        makers.put("InstanceNormalization", ReduceOperators::instanceNorm);
        makers.put("LayerNormalization", ReduceOperators::layerNorm);
    }

    private static Operator reduce(Call call, Along f) {
        boolean keep = call.node().flag("keepdims", true);
        boolean noop = call.node().flag("noop_with_empty_axes", false);
        Source<int[]> axes = ShapeOperators.axes(call, 1);
        Source<Tensor> x = call.tensor(0);
        return Operator.tensor(env -> {
            Tensor in = x.in(env);
            int[] wanted = Arrays.stream(axes.in(env))
                    .map(a -> Env.axis(a, in.rank()))
                    .distinct()
                    .sorted()
                    .toArray();
            if (wanted.length == 0 && noop) {
                return in;
            }
            int[] along =
                    wanted.length > 0 ? wanted : IntStream.range(0, in.rank()).toArray();
            Tensor y = f.of(in, along);
            return keep ? y : dropped(y, along);
        });
    }

    private static Tensor dropped(Tensor x, int[] axes) {
        int[] rest = IntStream.range(0, x.rank())
                .filter(i -> Arrays.binarySearch(axes, i) < 0)
                .map(x::dim)
                .toArray();
        return Shapes.reshape(x, Shape.of(rest));
    }

    private static Tensor length(Tensor x, int... axes) {
        return Elementwise.sqrt(Reduce.sum(Elementwise.square(x), axes));
    }

    /** By halves, axis after axis. */
    private static Tensor extreme(Tensor x, int[] axes, BinaryOperator<Tensor> f) {
        Tensor y = x;
        for (int axis : axes) {
            while (y.dim(axis) > 1) {
                int n = y.dim(axis);
                Tensor half = f.apply(Shapes.narrow(y, axis, 0, n / 2), Shapes.narrow(y, axis, n - n / 2, n));
                y = n % 2 == 0 ? half : Shapes.concat(axis, List.of(half, Shapes.narrow(y, axis, n / 2, n / 2 + 1)));
            }
        }
        return y;
    }

    /** Up to version 12 over all axes from the given one on, after over one axis. */
    private static Operator softmax(Call call, boolean log) {
        boolean flat = call.opset() < 13;
        long axis = call.node().integer("axis", flat ? 1 : -1);
        Source<Tensor> x = call.tensor(0);
        return Operator.tensor(env -> {
            Tensor in = x.in(env);
            int a = Env.axis(axis, in.rank());
            int[] axes = flat ? IntStream.range(a, in.rank()).toArray() : new int[] {a};
            // the result does not depend on what is subtracted, so neither does its gradient
            Tensor shifted = Elementwise.sub(in, extreme(in.detached(), axes, Elementwise::max));
            Tensor e = Elementwise.exp(shifted);
            Tensor sum = Reduce.sum(e, axes);
            return log ? Elementwise.sub(shifted, Elementwise.log(sum)) : Elementwise.div(e, sum);
        });
    }

    private static Operator lpNorm(Call call) {
        long axis = call.node().integer("axis", -1);
        long p = call.node().integer("p", 2);
        if (p != 1 && p != 2) {
            throw new UnsupportedOperationException("p = " + p);
        }
        Source<Tensor> x = call.tensor(0);
        return Operator.tensor(env -> {
            Tensor in = x.in(env);
            int a = Env.axis(axis, in.rank());
            return p == 2 ? Norm.l2(in, a, 1e-12f) : Elementwise.div(in, Reduce.sum(Elementwise.abs(in), a));
        });
    }

    private static Tensor standardised(Tensor x, float eps, int... axes) {
        Tensor centred = Elementwise.sub(x, Reduce.mean(x, axes));
        Tensor variance = Reduce.mean(Elementwise.square(centred), axes);
        return Elementwise.mul(centred, Elementwise.rsqrt(Elementwise.shift(variance, eps)));
    }

    private static Operator instanceNorm(Call call) {
        float eps = call.node().number("epsilon", 1e-5f);
        Source<Tensor> x = call.tensor(0);
        Source<Tensor> scale = call.tensor(1);
        Source<Tensor> bias = call.tensor(2);
        return Operator.tensor(env -> {
            Tensor in = x.in(env);
            int[] axes = IntStream.range(2, in.rank()).toArray();
            UnaryOperator<Tensor> along = v -> ConvOperators.along(v, in.rank());
            Tensor y = Elementwise.mul(standardised(in, eps, axes), along.apply(scale.in(env)));
            return Elementwise.add(y, along.apply(bias.in(env)));
        });
    }

    private static Operator layerNorm(Call call) {
        float eps = call.node().number("epsilon", 1e-5f);
        long axis = call.node().integer("axis", -1);
        Source<Tensor> x = call.tensor(0);
        Source<Tensor> scale = call.tensor(1);
        Source<Tensor> bias = call.has(2) ? call.tensor(2) : null;
        return Operator.tensor(env -> {
            Tensor in = x.in(env);
            int[] axes = IntStream.range(Env.axis(axis, in.rank()), in.rank()).toArray();
            Tensor y =
                    Elementwise.mul(standardised(in, eps, axes), ArithmeticOperators.ranked(scale.in(env), in.rank()));
            return bias == null ? y : Elementwise.add(y, ArithmeticOperators.ranked(bias.in(env), in.rank()));
        });
    }
}

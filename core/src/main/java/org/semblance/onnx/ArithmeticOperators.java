package org.semblance.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.semblance.array.Shape;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Tensor;

/** Arithmetic of pairs with broadcasting, of tensors or of numbers on the host. */
final class ArithmeticOperators {
    private ArithmeticOperators() {}

    static void register(Map<String, Operator.Maker> makers) {
        makers.put("Add", call -> binary(call, Elementwise::add, Double::sum));
        makers.put("Sub", call -> binary(call, Elementwise::sub, (a, b) -> a - b));
        makers.put("Mul", call -> binary(call, Elementwise::mul, (a, b) -> a * b));
        makers.put("Div", ArithmeticOperators::div);
        makers.put("Sum", call -> folded(call, Elementwise::add, Double::sum));
        makers.put("Max", call -> folded(call, Elementwise::max, Math::max));
        makers.put("Min", call -> folded(call, Elementwise::min, Math::min));
        makers.put("Pow", ArithmeticOperators::pow);
        makers.put("Neg", call -> unary(call, Elementwise::neg, v -> -v));
        makers.put("Abs", call -> unary(call, Elementwise::abs, Math::abs));
        makers.put("Floor", call -> hostOnly(call, Math::floor));
        makers.put("Ceil", call -> hostOnly(call, Math::ceil));
        makers.put("Cast", ArithmeticOperators::cast);
    }

    /** A tensor under more axes of extent 1 in front. */
    static Tensor ranked(Tensor x, int rank) {
        if (x.rank() >= rank) {
            return x;
        }
        int[] dims = new int[rank];
        Arrays.fill(dims, 1);
        System.arraycopy(x.shape().dims(), 0, dims, rank - x.rank(), x.rank());
        return Shapes.reshape(x, Shape.of(dims));
    }

    private static Tensor broadcast(Env env, Tensor a, Tensor b, BinaryOperator<Tensor> f) {
        int rank = Math.max(a.rank(), b.rank());
        Tensor left = ranked(a, rank);
        Tensor right = ranked(b, rank);
        long[] dims = new long[rank];
        for (int i = 0; i < rank; i++) {
            dims[i] = Math.max(left.dim(i), right.dim(i));
        }
        env.room(dims);
        return f.apply(left, right);
    }

    private static Value combine(Env env, Value a, Value b, BinaryOperator<Tensor> f, DoubleBinaryOperator onHost) {
        if (a instanceof HostValue left && b instanceof HostValue right) {
            return HostValues.combine(left, right, onHost);
        }
        return new Value.Of(broadcast(env, env.tensor(a), env.tensor(b), f));
    }

    private static Operator binary(Call call, BinaryOperator<Tensor> f, DoubleBinaryOperator onHost) {
        Operand a = Operand.of(call, 0);
        Operand b = Operand.of(call, 1);
        return Operator.one(env -> a.isHost(env) && b.isHost(env)
                ? combine(env, a.value().in(env), b.value().in(env), f, onHost)
                : new Value.Of(broadcast(env, a.tensor().in(env), b.tensor().in(env), f)));
    }

    /** An input that may be either. */
    private record Operand(Source<Value> value, Source<Tensor> tensor) {
        static Operand of(Call call, int index) {
            return new Operand(call.value(index), call.tensor(index));
        }

        boolean isHost(Env env) {
            return value.in(env) instanceof HostValue;
        }
    }

    private static Operator folded(Call call, BinaryOperator<Tensor> f, DoubleBinaryOperator onHost) {
        List<Source<Value>> all = new ArrayList<>();
        for (int i = 0; i < call.count(); i++) {
            all.add(call.value(i));
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("at least one input is needed, got none");
        }
        return Operator.one(env -> all.stream()
                .map(s -> s.in(env))
                .reduce((a, b) -> combine(env, a, b, f, onHost))
                .orElseThrow());
    }

    /** Whole numbers divide towards 0. */
    private static Operator div(Call call) {
        Operand a = Operand.of(call, 0);
        Operand b = Operand.of(call, 1);
        return Operator.one(env -> {
            if (a.value().in(env) instanceof HostValue left && b.value().in(env) instanceof HostValue right) {
                boolean whole = left.whole() && right.whole();
                return HostValues.combine(left, right, (x, y) -> whole ? towardsZero(x, y) : x / y);
            }
            return new Value.Of(broadcast(env, a.tensor().in(env), b.tensor().in(env), Elementwise::div));
        });
    }

    private static double towardsZero(double a, double b) {
        if (b == 0) {
            throw new IllegalArgumentException("whole numbers cannot be divided by 0");
        }
        double quotient = a / b;
        return quotient < 0 ? Math.ceil(quotient) : Math.floor(quotient);
    }

    private static Operator unary(Call call, UnaryOperator<Tensor> f, DoubleUnaryOperator onHost) {
        Source<Value> x = call.value(0);
        return Operator.one(env -> x.in(env) instanceof HostValue host
                ? HostValues.map(host, onHost)
                : new Value.Of(f.apply(env.tensor(x.in(env)))));
    }

    private static Operator hostOnly(Call call, DoubleUnaryOperator onHost) {
        Source<HostValue> x = call.host(0);
        return Operator.one(env -> HostValues.map(x.in(env), onHost));
    }

    /** Exponents are one constant number. */
    private static Operator pow(Call call) {
        double exponent = call.known(1).host().item();
        return unary(
                call,
                x -> exponent == 2
                        ? Elementwise.square(x)
                        : exponent == 0.5 ? Elementwise.sqrt(x) : Elementwise.pow(x, (float) exponent),
                v -> Math.pow(v, exponent));
    }

    /** Tensors are float32 whatever they are called; numbers on the host lose their fractions. */
    private static Operator cast(Call call) {
        long to = call.node().integer("to", 1);
        boolean whole = to != 1 && to != 10 && to != 11 && to != 16;
        Source<Value> x = call.value(0);
        return Operator.one(env -> {
            Value in = x.in(env);
            if (in instanceof HostValue host) {
                HostValue cut = whole ? HostValues.map(host, v -> v < 0 ? Math.ceil(v) : Math.floor(v)) : host;
                return new HostValue(cut.dims(), cut.data(), whole);
            }
            if (whole) {
                throw new IllegalArgumentException("the picture's values cannot become whole numbers");
            }
            return in;
        });
    }
}

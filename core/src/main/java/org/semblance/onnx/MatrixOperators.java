package org.semblance.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.ops.Elementwise;
import org.semblance.ops.MatMul;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Tensor;

/** Products of matrices. */
final class MatrixOperators {
    private static final int MOST_PRODUCTS = 1 << 12;

    private MatrixOperators() {}

    static void register(Map<String, Operator.Maker> makers) {
        makers.put("Gemm", MatrixOperators::gemm);
        makers.put("MatMul", MatrixOperators::matmul);
    }

    private static Operator gemm(Call call) {
        OnnxNode node = call.node();
        float alpha = node.number("alpha", 1);
        float beta = node.number("beta", 1);
        boolean transA = node.flag("transA", false);
        boolean transB = node.flag("transB", false);
        Source<Tensor> a = call.tensor(0);
        Source<Tensor> b = call.tensor(1);
        Source<Tensor> c = call.has(2) ? call.tensor(2) : null;
        return Operator.tensor(env -> {
            Tensor left = a.in(env);
            Tensor right = b.in(env);
            requireMatrices(left, right);
            Shape y = env.room(left.dim(transA ? 1 : 0), right.dim(transB ? 0 : 1));
            env.work((double) y.count() * left.dim(transA ? 0 : 1));
            Tensor product = Elementwise.scale(MatMul.of(left, transA, right, transB), alpha);
            return plus(product, c == null ? null : c.in(env), beta);
        });
    }

    private static void requireMatrices(Tensor a, Tensor b) {
        if (a.rank() != 2 || b.rank() != 2) {
            throw new IllegalArgumentException("matrices are needed, got " + a.shape() + " and " + b.shape());
        }
    }

    private static Tensor plus(Tensor product, @Nullable Tensor c, float beta) {
        return c == null
                ? product
                : Elementwise.add(product, ArithmeticOperators.ranked(Elementwise.scale(c, beta), 2));
    }

    private static Operator matmul(Call call) {
        Source<Tensor> a = call.tensor(0);
        Source<Tensor> b = call.tensor(1);
        return Operator.tensor(env -> product(env, a.in(env), b.in(env)));
    }

    private static Tensor product(Env env, Tensor a, Tensor b) {
        if (a.rank() == 0 || b.rank() == 0) {
            throw new IllegalArgumentException("vectors or matrices are needed, got " + a.shape() + ", " + b.shape());
        }
        if (a.rank() == 1) {
            Tensor y = product(env, Shapes.reshape(a, Shape.of(1, a.dim(0))), b);
            return without(y, y.rank() - 2);
        }
        if (b.rank() == 1) {
            Tensor y = product(env, a, Shapes.reshape(b, Shape.of(b.dim(0), 1)));
            return without(y, y.rank() - 1);
        }
        return b.rank() == 2 ? rows(env, a, b) : batches(env, a, b);
    }

    private static Tensor without(Tensor x, int axis) {
        return Shapes.select(x, axis, 0);
    }

    /** All rows of a times one matrix. */
    private static Tensor rows(Env env, Tensor a, Tensor b) {
        int inner = a.dim(-1);
        long[] dims = Arrays.stream(a.shape().dims()).asLongStream().toArray();
        dims[dims.length - 1] = b.dim(1);
        Shape shape = env.room(dims);
        env.work((double) shape.count() * inner);
        int count = inner == 0 ? 0 : (int) (a.shape().count() / inner);
        return Shapes.reshape(MatMul.of(Shapes.reshape(a, Shape.of(count, inner)), b), shape);
    }

    /** Matrix by matrix; leading axes of extent 1 are repeated. */
    private static Tensor batches(Env env, Tensor a, Tensor b) {
        int rank = Math.max(a.rank(), b.rank());
        Tensor left = ArithmeticOperators.ranked(a, rank);
        Tensor right = ArithmeticOperators.ranked(b, rank);
        long[] dims = new long[rank];
        for (int i = 0; i < rank - 2; i++) {
            dims[i] = Math.max(left.dim(i), right.dim(i));
        }
        dims[rank - 2] = left.dim(-2);
        dims[rank - 1] = right.dim(-1);
        Shape shape = env.room(dims);
        env.work((double) shape.count() * left.dim(-1));
        Tensor lefts = flat(env, left, dims);
        Tensor rights = flat(env, right, dims);
        if (lefts.dim(0) > MOST_PRODUCTS) {
            throw new IllegalArgumentException(
                    "at most " + MOST_PRODUCTS + " products are supported, got " + lefts.dim(0));
        }
        List<Tensor> products = new ArrayList<>();
        for (int i = 0; i < lefts.dim(0); i++) {
            products.add(MatMul.of(Shapes.select(lefts, 0, i), Shapes.select(rights, 0, i)));
        }
        return Shapes.reshape(Shapes.stack(products), shape);
    }

    /** {@code [batch, rows, columns]}. */
    private static Tensor flat(Env env, Tensor x, long[] dims) {
        long[] to = dims.clone();
        to[to.length - 2] = x.dim(-2);
        to[to.length - 1] = x.dim(-1);
        Tensor whole = Shapes.broadcastTo(x, env.room(to));
        int each = x.dim(-2) * x.dim(-1);
        return Shapes.reshape(whole, Shape.of((int) (whole.shape().count() / each), x.dim(-2), x.dim(-1)));
    }
}

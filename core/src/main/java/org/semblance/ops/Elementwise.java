package org.semblance.ops;

import org.semblance.array.Layout;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.Binary;
import org.semblance.backend.Unary;
import org.semblance.tensor.Recording;
import org.semblance.tensor.Tensor;

/**
 * Functions of single elements and of pairs of elements. Operands of a pair have equal ranks; an extent of 1 is
 * repeated to the other's. All have gradients of every order; where a function has a kink its derivative is that of one
 * side.
 */
public final class Elementwise {
    private Elementwise() {}

    // --- pairs ------------------------------------------------------------------------------------------------------

    /** {@code a + b}. */
    public static Tensor add(Tensor a, Tensor b) {
        Tensor y = binary("add", Binary.ADD, a, b);
        Shape left = a.shape();
        Shape right = b.shape();
        return Recording.of("add", y)
                .input(a, (g, s) -> Reduce.sumTo(g, left))
                .input(b, (g, s) -> Reduce.sumTo(g, right))
                .done();
    }

    /** {@code a - b}. */
    public static Tensor sub(Tensor a, Tensor b) {
        Tensor y = binary("sub", Binary.SUBTRACT, a, b);
        Shape left = a.shape();
        Shape right = b.shape();
        return Recording.of("sub", y)
                .input(a, (g, s) -> Reduce.sumTo(g, left))
                .input(b, (g, s) -> neg(Reduce.sumTo(g, right)))
                .done();
    }

    /** {@code a * b}. */
    public static Tensor mul(Tensor a, Tensor b) {
        Tensor y = binary("mul", Binary.MULTIPLY, a, b);
        Shape left = a.shape();
        Shape right = b.shape();
        return Recording.of("mul", y)
                .input(a, (g, s) -> Reduce.sumTo(mul(g, s[0]), left), b)
                .input(b, (g, s) -> Reduce.sumTo(mul(g, s[0]), right), a)
                .done();
    }

    /** {@code a / b}. */
    public static Tensor div(Tensor a, Tensor b) {
        Tensor y = binary("div", Binary.DIVIDE, a, b);
        Shape left = a.shape();
        Shape right = b.shape();
        return Recording.of("div", y)
                .input(a, (g, s) -> Reduce.sumTo(div(g, s[0]), left), b)
                .input(b, (g, s) -> Reduce.sumTo(neg(div(mul(g, s[0]), s[1])), right), y, b)
                .done();
    }

    /** The larger of both; where equal, the gradient goes to a. */
    public static Tensor max(Tensor a, Tensor b) {
        return choice("max", Binary.MAXIMUM, a, b, true);
    }

    /** The smaller of both; where equal, the gradient goes to b. */
    public static Tensor min(Tensor a, Tensor b) {
        return choice("min", Binary.MINIMUM, a, b, false);
    }

    /** 1 where {@code a >= b}, else 0; a constant to the graph. */
    public static Tensor atLeast(Tensor a, Tensor b) {
        return binary("atLeast", Binary.AT_LEAST, a, b);
    }

    private static Tensor choice(String op, Binary f, Tensor a, Tensor b, boolean larger) {
        Tensor y = binary(op, f, a, b);
        Shape left = a.shape();
        Shape right = b.shape();
        return Recording.of(op, y)
                .input(a, (g, s) -> Reduce.sumTo(mul(g, chosen(s[0], s[1], larger)), left), a, b)
                .input(b, (g, s) -> Reduce.sumTo(mul(g, chosen(s[0], s[1], !larger)), right), a, b)
                .done();
    }

    private static Tensor chosen(Tensor a, Tensor b, boolean larger) {
        Tensor mask = atLeast(a, b);
        return larger ? mask : affine(mask, -1, 1);
    }

    private static Tensor binary(String op, Binary f, Tensor a, Tensor b) {
        Check.sameDevice(op, a, b);
        Shape shape = broadcast(op, a, b);
        Layout layout = Layouts.common(a, b);
        Tensor left = Layouts.to(a, layout);
        Tensor right = Layouts.to(b, layout);
        Tensor y = Tensor.empty(a.device(), shape, layout);
        a.backend().binary(f, left.array(), right.array(), y.array());
        return y;
    }

    private static Shape broadcast(String op, Tensor a, Tensor b) {
        if (a.shape().equals(b.shape())) {
            return a.shape();
        }
        if (a.rank() != b.rank()) {
            throw Check.error(op, "ranks must be equal", a.rank() + " and " + b.rank(), a, b);
        }
        int[] dims = new int[a.rank()];
        for (int i = 0; i < dims.length; i++) {
            int m = a.dim(i);
            int n = b.dim(i);
            if (m != n && m != 1 && n != 1) {
                throw Check.error(op, "extents must be equal or 1", m + " and " + n + " on axis " + i, a, b);
            }
            dims[i] = m == 1 ? n : m;
        }
        return Shape.of(dims);
    }

    // --- straight lines
    // -----------------------------------------------------------------------------------------------

    /** {@code a * x + b}. */
    public static Tensor affine(Tensor x, float a, float b) {
        Tensor y = unary(new Unary(Unary.Kind.AFFINE, a, b), x);
        return Recording.of("affine", y).input(x, (g, s) -> scale(g, a)).done();
    }

    /** {@code a * x}; x itself for a = 1. */
    public static Tensor scale(Tensor x, float a) {
        return a == 1 ? x : affine(x, a, 0);
    }

    /** {@code x + b}; x itself for b = 0. */
    public static Tensor shift(Tensor x, float b) {
        return b == 0 ? x : affine(x, 1, b);
    }

    /** {@code -x}. */
    public static Tensor neg(Tensor x) {
        return scale(x, -1);
    }

    // --- powers and exponentials
    // --------------------------------------------------------------------------------------

    /** {@code x^2}. */
    public static Tensor square(Tensor x) {
        Tensor y = Layouts.emptyLike(x);
        x.backend().binary(Binary.MULTIPLY, x.array(), x.array(), y.array());
        return Recording.of("square", y)
                .input(x, (g, s) -> mul(g, scale(s[0], 2)), x)
                .done();
    }

    /** {@code x^a} for x of any sign if a is whole, else for x at least 0; 0 at 0 for positive a. */
    public static Tensor pow(Tensor x, float a) {
        Tensor y = unary(new Unary(Unary.Kind.POW, a, 0), x);
        return Recording.of("pow", y)
                .input(x, (g, s) -> mul(g, powSlope(s[0], a)), x)
                .done();
    }

    private static Tensor powSlope(Tensor x, float a) {
        return a == 0 || a == 1 ? Tensor.full(x.device(), x.shape(), a) : scale(pow(x, a - 1), a);
    }

    /** {@code 1 / x}. */
    public static Tensor reciprocal(Tensor x) {
        Tensor y = unary(new Unary(Unary.Kind.POW, -1, 0), x);
        return Recording.of("reciprocal", y)
                .input(x, (g, s) -> neg(mul(g, square(s[0]))), y)
                .done();
    }

    /** Square root of x at least 0; its slope at 0 is infinite. */
    public static Tensor sqrt(Tensor x) {
        Tensor y = unary(Unary.of(Unary.Kind.SQRT), x);
        return Recording.of("sqrt", y)
                .input(x, (g, s) -> div(scale(g, 0.5f), s[0]), y)
                .done();
    }

    /** {@code 1 / sqrt(x)} for x above 0. */
    public static Tensor rsqrt(Tensor x) {
        Tensor y = unary(Unary.of(Unary.Kind.RSQRT), x);
        return Recording.of("rsqrt", y)
                .input(x, (g, s) -> mul(scale(g, -0.5f), mul(s[0], square(s[0]))), y)
                .done();
    }

    /** {@code e^x}. */
    public static Tensor exp(Tensor x) {
        Tensor y = unary(Unary.of(Unary.Kind.EXP), x);
        return Recording.of("exp", y).input(x, (g, s) -> mul(g, s[0]), y).done();
    }

    /** Natural logarithm of x above 0. */
    public static Tensor log(Tensor x) {
        Tensor y = unary(Unary.of(Unary.Kind.LOG), x);
        return Recording.of("log", y).input(x, (g, s) -> div(g, s[0]), x).done();
    }

    // --- sigmoids
    // -----------------------------------------------------------------------------------------------------

    /** Hyperbolic tangent. */
    public static Tensor tanh(Tensor x) {
        Tensor y = unary(Unary.of(Unary.Kind.TANH), x);
        return Recording.of("tanh", y)
                .input(x, (g, s) -> mul(g, affine(square(s[0]), -1, 1)), y)
                .done();
    }

    /** {@code 1 / (1 + e^-x)}. */
    public static Tensor sigmoid(Tensor x) {
        Tensor y = unary(Unary.of(Unary.Kind.SIGMOID), x);
        return Recording.of("sigmoid", y)
                .input(x, (g, s) -> mul(g, mul(s[0], affine(s[0], -1, 1))), y)
                .done();
    }

    /** {@code log(1 + e^x)}, without overflow. */
    public static Tensor softplus(Tensor x) {
        Tensor y = unary(Unary.of(Unary.Kind.SOFTPLUS), x);
        return Recording.of("softplus", y)
                .input(x, (g, s) -> mul(g, sigmoid(s[0])), x)
                .done();
    }

    // --- kinks
    // --------------------------------------------------------------------------------------------------------

    /** Magnitude; slope 0 at 0. */
    public static Tensor abs(Tensor x) {
        Tensor y = unary(Unary.of(Unary.Kind.ABS), x);
        return Recording.of("abs", y).input(x, (g, s) -> mul(g, sign(s[0])), x).done();
    }

    /** -1, 0 or 1; a constant to the graph. */
    public static Tensor sign(Tensor x) {
        return unary(Unary.of(Unary.Kind.SIGN), x);
    }

    /** {@code min(max(x, low), high)}; slope 1 on the bounds. */
    public static Tensor clamp(Tensor x, float low, float high) {
        if (!(low <= high)) {
            throw Check.error("clamp", "bounds must be ordered", low + " and " + high, x);
        }
        Tensor y = unary(new Unary(Unary.Kind.CLAMP, low, high), x);
        return Recording.of("clamp", y)
                .input(x, (g, s) -> mul(g, inside(s[0], low, high)), x)
                .done();
    }

    /** 1 where {@code low <= x <= high}, else 0; a constant to the graph. */
    public static Tensor inside(Tensor x, float low, float high) {
        return unary(new Unary(Unary.Kind.INSIDE, low, high), x);
    }

    /** {@code max(x, 0)}; slope 0 at 0. */
    public static Tensor relu(Tensor x) {
        return BiasAct.of(x, null, 0, Activation.relu());
    }

    /** x above 0, else {@code slope * x}. */
    public static Tensor leakyRelu(Tensor x, float slope) {
        return BiasAct.of(x, null, 0, Activation.leakyRelu(slope));
    }

    private static Tensor unary(Unary f, Tensor x) {
        Tensor y = Layouts.emptyLike(x);
        x.backend().unary(f, x.array(), y.array());
        return y;
    }
}

package org.semblance.cpu;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.semblance.array.NdArray;
import org.semblance.backend.AdamSpec;
import org.semblance.backend.Binary;
import org.semblance.backend.Unary;

/** Functions of one or two elements. Each inner loop is a leaf method over arrays, which the compiler vectorises. */
final class Pointwise {
    private Pointwise() {}

    static void fill(NdArray y, float value) {
        FloatBuffer to = HostMemory.floats(y);
        new Blocks(Walk.of(y)).run((block, s) -> {
            Arrays.fill(s.a, 0, block.size(), value);
            block.store(s.a, to);
        });
    }

    static void unary(Unary f, NdArray x, NdArray y) {
        FloatBuffer from = HostMemory.floats(x);
        FloatBuffer to = HostMemory.floats(y);
        new Blocks(Walk.of(y, x)).run((block, s) -> {
            block.load(1, from, s.a);
            apply(f, s.a, block.size());
            block.store(s.a, to);
        });
    }

    static void binary(Binary f, NdArray a, NdArray b, NdArray y) {
        FloatBuffer left = HostMemory.floats(a);
        FloatBuffer right = HostMemory.floats(b);
        FloatBuffer to = HostMemory.floats(y);
        new Blocks(Walk.of(y, a, b)).run((block, s) -> {
            block.load(1, left, s.a);
            block.load(2, right, s.b);
            apply(f, s.a, s.b, block.size());
            block.store(s.a, to);
        });
    }

    static void adam(AdamSpec spec, NdArray g, NdArray p, NdArray m, NdArray v) {
        Walk walk = Walk.of(p, g, m, v);
        FloatBuffer grads = HostMemory.floats(g);
        FloatBuffer params = HostMemory.floats(p);
        FloatBuffer first = HostMemory.floats(m);
        FloatBuffer second = HostMemory.floats(v);
        new Blocks(walk).run((block, s) -> {
            int n = block.size();
            float[] param = s.row(0, n);
            block.load(1, grads, s.a);
            block.load(2, first, s.b);
            block.load(3, second, s.c);
            block.load(0, params, param);
            adam(spec, s.a, s.b, s.c, param, n);
            block.store(s.b, first);
            block.store(s.c, second);
            block.store(param, params);
        });
    }

    /** In double precision between loads and stores: updates are small beside what they change. */
    private static void adam(AdamSpec spec, float[] g, float[] m, float[] v, float[] p, int n) {
        double share1 = spec.share1();
        double share2 = spec.share2();
        double rate = spec.rate();
        double epsilon = spec.epsilon();
        for (int i = 0; i < n; i++) {
            double d = g[i];
            double first = m[i] + (d - m[i]) * share1;
            double second = v[i] + (d * d - v[i]) * share2;
            m[i] = (float) first;
            v[i] = (float) second;
            p[i] = (float) (p[i] - rate * first / (Math.sqrt(second) + epsilon));
        }
    }

    private static void apply(Unary f, float[] x, int n) {
        switch (f.kind()) {
            case AFFINE -> affine(x, n, f.a(), f.b());
            case CLAMP -> clamp(x, n, f.a(), f.b());
            case ABS -> abs(x, n);
            case SQRT -> sqrt(x, n);
            case RSQRT -> rsqrt(x, n);
            default -> scalar(f, x, n);
        }
    }

    private static void affine(float[] x, int n, float a, float b) {
        for (int i = 0; i < n; i++) {
            x[i] = x[i] * a + b;
        }
    }

    private static void clamp(float[] x, int n, float low, float high) {
        for (int i = 0; i < n; i++) {
            x[i] = Math.min(Math.max(x[i], low), high);
        }
    }

    private static void abs(float[] x, int n) {
        for (int i = 0; i < n; i++) {
            x[i] = Math.abs(x[i]);
        }
    }

    private static void sqrt(float[] x, int n) {
        for (int i = 0; i < n; i++) {
            x[i] = (float) Math.sqrt(x[i]);
        }
    }

    private static void rsqrt(float[] x, int n) {
        for (int i = 0; i < n; i++) {
            x[i] = 1 / (float) Math.sqrt(x[i]);
        }
    }

    private static void scalar(Unary f, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            x[i] = (float) value(f, x[i]);
        }
    }

    private static double value(Unary f, double x) {
        return switch (f.kind()) {
            case EXP -> Math.exp(x);
            case LOG -> Math.log(x);
            case TANH -> Math.tanh(x);
            case SIGMOID -> Scalars.sigmoid(x);
            case SOFTPLUS -> Scalars.softplus(x);
            case SIGN -> Math.signum(x);
            case POW -> Math.pow(x, f.a());
            case INSIDE -> f.a() <= x && x <= f.b() ? 1 : 0;
            default -> throw new IllegalArgumentException("unary: no scalar form of " + f.kind());
        };
    }

    private static void apply(Binary f, float[] a, float[] b, int n) {
        switch (f) {
            case ADD -> add(a, b, n);
            case SUBTRACT -> subtract(a, b, n);
            case MULTIPLY -> multiply(a, b, n);
            case DIVIDE -> divide(a, b, n);
            case MAXIMUM -> maximum(a, b, n);
            case MINIMUM -> minimum(a, b, n);
            case AT_LEAST -> atLeast(a, b, n);
        }
    }

    private static void add(float[] a, float[] b, int n) {
        for (int i = 0; i < n; i++) {
            a[i] = a[i] + b[i];
        }
    }

    private static void subtract(float[] a, float[] b, int n) {
        for (int i = 0; i < n; i++) {
            a[i] = a[i] - b[i];
        }
    }

    private static void multiply(float[] a, float[] b, int n) {
        for (int i = 0; i < n; i++) {
            a[i] = a[i] * b[i];
        }
    }

    private static void divide(float[] a, float[] b, int n) {
        for (int i = 0; i < n; i++) {
            a[i] = a[i] / b[i];
        }
    }

    private static void maximum(float[] a, float[] b, int n) {
        for (int i = 0; i < n; i++) {
            a[i] = Math.max(a[i], b[i]);
        }
    }

    private static void minimum(float[] a, float[] b, int n) {
        for (int i = 0; i < n; i++) {
            a[i] = Math.min(a[i], b[i]);
        }
    }

    private static void atLeast(float[] a, float[] b, int n) {
        for (int i = 0; i < n; i++) {
            a[i] = a[i] >= b[i] ? 1 : 0;
        }
    }
}

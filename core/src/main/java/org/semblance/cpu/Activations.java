package org.semblance.cpu;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Layout;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;

/**
 * Bias, activation, gain and clamp in one pass, and the derivatives. Piecewise-linear kinds run as vector code without
 * branches: {@code max(v, slope v)} forward; backward the sign of a number as {@code clamp(v * huge, 0, 1)}.
 */
final class Activations {
    private Activations() {}

    static void forward(Activation act, NdArray x, @Nullable NdArray bias, int axis, NdArray y) {
        NdArray b = bias == null ? null : onAxis(bias, axis, x.shape().rank());
        FloatBuffer from = HostMemory.floats(x);
        FloatBuffer to = HostMemory.floats(y);
        Walk walk = b == null ? Walk.of(y, x) : Walk.of(y, x, b);
        new Blocks(walk).run((block, s) -> {
            int n = block.size();
            block.load(1, from, s.a);
            addBias(block, b, s, n);
            activate(act, s.a, n);
            block.store(s.a, to);
        });
    }

    static void backward(
            Activation act,
            int order,
            NdArray dy,
            NdArray x,
            @Nullable NdArray bias,
            int axis,
            boolean xIsOutput,
            NdArray dx) {
        NdArray b = bias == null ? null : onAxis(bias, axis, x.shape().rank());
        FloatBuffer ups = HostMemory.floats(dy);
        FloatBuffer from = HostMemory.floats(x);
        FloatBuffer to = HostMemory.floats(dx);
        Walk walk = b == null ? Walk.of(dx, x, x, dy) : Walk.of(dx, x, b, dy);
        new Blocks(walk).run((block, s) -> {
            int n = block.size();
            block.load(1, from, s.a);
            addBias(block, b, s, n);
            block.load(3, ups, s.c);
            derive(act, order, xIsOutput, s.a, s.c, n);
            block.store(s.c, to);
        });
    }

    private static void addBias(Blocks.Block block, @Nullable NdArray b, Staging s, int n) {
        if (b != null) {
            block.load(2, HostMemory.floats(b), s.b);
            add(s.a, s.b, n);
        }
    }

    /** A vector seen as an array of the same rank that extends along one axis. */
    private static NdArray onAxis(NdArray vector, int axis, int rank) {
        int[] dims = new int[rank];
        Arrays.fill(dims, 1);
        dims[axis] = vector.shape().dim(0);
        return new NdArray(Shape.of(dims), vector.dtype(), Layout.PLAIN, vector.memory());
    }

    private static void add(float[] a, float[] b, int n) {
        for (int i = 0; i < n; i++) {
            a[i] = a[i] + b[i];
        }
    }

    /** Activates in place. */
    static void activate(Activation act, float[] x, int n) {
        if (act.kind().isPiecewiseLinear()) {
            leaky(x, n, act.slope(), act.gain());
        } else {
            for (int i = 0; i < n; i++) {
                x[i] = (float) (Scalars.value(act, x[i]) * act.gain());
            }
        }
        if (act.isClamped()) {
            clamp(x, n, act.clamp());
        }
    }

    private static void leaky(float[] x, int n, float slope, float gain) {
        if (slope <= 1) {
            greater(x, n, slope, gain);
        } else {
            lesser(x, n, slope, gain);
        }
    }

    private static void greater(float[] x, int n, float slope, float gain) {
        for (int i = 0; i < n; i++) {
            x[i] = Math.max(x[i], x[i] * slope) * gain;
        }
    }

    private static void lesser(float[] x, int n, float slope, float gain) {
        for (int i = 0; i < n; i++) {
            x[i] = Math.min(x[i], x[i] * slope) * gain;
        }
    }

    private static void clamp(float[] x, int n, float bound) {
        for (int i = 0; i < n; i++) {
            x[i] = Math.min(Math.max(x[i], -bound), bound);
        }
    }

    private static void derive(Activation act, int order, boolean xIsOutput, float[] x, float[] g, int n) {
        if (!act.kind().isPiecewiseLinear()) {
            deriveSmooth(act, order, x, g, n);
        } else if (order > 1) {
            Arrays.fill(g, 0, n, 0);
        } else {
            deriveLeaky(act, xIsOutput, x, g, n);
        }
    }

    private static void deriveLeaky(Activation act, boolean xIsOutput, float[] x, float[] g, int n) {
        if (act.isClamped()) {
            float above = xIsOutput ? 1 : Math.abs(act.gain());
            float below = xIsOutput ? 1 : above * act.slope();
            maskClamped(x, g, n, above, below, act.clamp());
        }
        float sign = xIsOutput ? Math.signum(act.gain()) : 1;
        scaleBySlope(x, g, n, sign, act.slope() * act.gain(), act.gain() - act.slope() * act.gain());
    }

    /** Zeroes g where max(x above, -x below) reaches the clamp. */
    private static void maskClamped(float[] x, float[] g, int n, float above, float below, float bound) {
        for (int i = 0; i < n; i++) {
            float magnitude = Math.max(x[i] * above, -x[i] * below);
            g[i] = g[i] * step(bound - magnitude);
        }
    }

    private static void scaleBySlope(float[] x, float[] g, int n, float sign, float base, float more) {
        for (int i = 0; i < n; i++) {
            g[i] = g[i] * (base + more * step(x[i] * sign));
        }
    }

    /** 1 above zero, else 0, without a branch: any positive float times 1e38 twice is at least 1. */
    private static float step(float v) {
        return Math.min(Math.max(v * 1e38f * 1e38f, 0), 1);
    }

    private static void deriveSmooth(Activation act, int order, float[] x, float[] g, int n) {
        for (int i = 0; i < n; i++) {
            boolean open = Math.abs(Scalars.value(act, x[i]) * act.gain()) < act.clamp();
            double d = order == 1 ? Scalars.slope(act, x[i]) : Scalars.curvature(act, x[i]);
            g[i] = open ? (float) (g[i] * d * act.gain()) : 0;
        }
    }
}

package org.semblance.cpu;

import java.nio.FloatBuffer;
import org.semblance.array.NdArray;

/** Bilinear resizing of channels-last images, half-pixel centres, no antialiasing, and its transpose. */
final class Interpolation {
    private Interpolation() {}

    /** For each output position the two input positions around it and the weight of the second. */
    private record Axis(int[] low, int[] high, float[] weight) {
        static Axis of(int in, int out) {
            Axis axis = new Axis(new int[out], new int[out], new float[out]);
            for (int i = 0; i < out; i++) {
                double position = Math.max(0, (i + 0.5) * in / out - 0.5);
                axis.low[i] = Math.min((int) position, in - 1);
                axis.high[i] = Math.min(axis.low[i] + 1, in - 1);
                axis.weight[i] = (float) (position - axis.low[i]);
            }
            return axis;
        }
    }

    /** Receives one of the four taps of an output pixel, as element offsets within an image. */
    private interface Tap {
        void visit(int in, int out, float weight);
    }

    private static void taps(NdArray small, NdArray big, Tap body) {
        int channels = big.shape().dim(1);
        int inWidth = small.shape().dim(3);
        Axis rows = Axis.of(small.shape().dim(2), big.shape().dim(2));
        Axis columns = Axis.of(inWidth, big.shape().dim(3));
        int out = 0;
        for (int y = 0; y < rows.low.length; y++) {
            for (int x = 0; x < columns.low.length; x++) {
                float v = rows.weight[y];
                float u = columns.weight[x];
                int top = rows.low[y] * inWidth;
                int bottom = rows.high[y] * inWidth;
                body.visit((top + columns.low[x]) * channels, out, (1 - v) * (1 - u));
                body.visit((top + columns.high[x]) * channels, out, (1 - v) * u);
                body.visit((bottom + columns.low[x]) * channels, out, v * (1 - u));
                body.visit((bottom + columns.high[x]) * channels, out, v * u);
                out += channels;
            }
        }
    }

    static void forward(NdArray x, NdArray y) {
        each(x, y, x, y, (from, to, c) -> taps(x, y, (in, out, w) -> axpy(w, from, in, to, out, c)));
    }

    /** {@code dx} has the shape of the forward input, {@code dy} of its output. */
    static void backward(NdArray dy, NdArray dx) {
        each(dy, dx, dx, dy, (from, to, c) -> taps(dx, dy, (in, out, w) -> axpy(w, from, out, to, in, c)));
    }

    private interface OnImage {
        void run(float[] from, float[] to, int channels);
    }

    private static void each(NdArray source, NdArray target, NdArray small, NdArray big, OnImage body) {
        int images = small.shape().dim(0);
        int in = source.shape().intCount() / Math.max(1, images);
        int out = target.shape().intCount() / Math.max(1, images);
        FloatBuffer from = HostMemory.floats(source);
        FloatBuffer to = HostMemory.floats(target);
        Workers.run(images, big.shape().count() * 4, n -> {
            float[] a = new float[in];
            float[] b = new float[out];
            from.get(n * in, a);
            body.run(a, b, big.shape().dim(1));
            to.put(n * out, b);
        });
    }

    private static void axpy(float f, float[] x, int xi, float[] y, int yi, int n) {
        for (int c = 0; c < n; c++) {
            y[yi + c] = y[yi + c] + f * x[xi + c];
        }
    }
}

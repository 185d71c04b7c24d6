package org.semblance.cpu;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.semblance.array.NdArray;

/** The transform of 3x3 weights, {@code U = G g G^T}, in the order {@code [36, in, out]}, and its transpose. */
final class WinogradWeights {
    /** Rows of G for the points 0, 1, -1, 1/2, -2 and infinity. */
    private static final float[][] G = {
        {1, 0, 0},
        {1 / 3f, 1 / 3f, 1 / 3f},
        {-1 / 3f, 1 / 3f, -1 / 3f},
        {-16 / 15f, -8 / 15f, -4 / 15f},
        {1 / 15f, -2 / 15f, 4 / 15f},
        {0, 0, 1},
    };

    private WinogradWeights() {}

    /** Transforms w {@code [O, I, 3, 3]}, or its transpose with turned taps, whose inputs are O. */
    static void transform(NdArray w, boolean transposed, FloatBuffer u) {
        int o = w.shape().dim(0);
        int i = w.shape().dim(1);
        int in = transposed ? o : i;
        int out = transposed ? i : o;
        float[] all = new float[o * i * 9];
        HostMemory.floats(w).get(0, all);
        Workers.run(in, 36L * in * out, row -> {
            float[][] taps = new float[9][out];
            for (int k = 0; k < 9; k++) {
                pick(all, transposed ? row * i * 9 + 8 - k : row * 9 + k, transposed ? 9 : i * 9, taps[k]);
            }
            store(u, row, in, out, taps);
        });
    }

    /** {@code dw [O, I, 3, 3] = G^T U G} from u {@code [36, I, O]}. */
    static void gradient(FloatBuffer u, NdArray dw) {
        int o = dw.shape().dim(0);
        int i = dw.shape().dim(1);
        float[] all = new float[o * i * 9];
        Workers.run(i, 36L * i * o, row -> {
            float[][] products = new float[6][o];
            float[][] half = new float[18][o];
            for (int a = 0; a < 6; a++) {
                for (int b = 0; b < 6; b++) {
                    u.get(((a * 6 + b) * i + row) * o, products[b]);
                }
                for (int column = 0; column < 3; column++) {
                    project(column, products, half[column * 6 + a]);
                }
            }
            float[] tap = new float[o];
            for (int k = 0; k < 9; k++) {
                project(k / 3, Arrays.copyOfRange(half, k % 3 * 6, k % 3 * 6 + 6), tap);
                drop(tap, all, row * 9 + k, i * 9);
            }
        });
        HostMemory.floats(dw).put(0, all);
    }

    /** Row k of {@code G^T u}, element by element. */
    private static void project(int k, float[][] u, float[] to) {
        int n = to.length;
        Arrays.fill(to, 0);
        for (int a = 0; a < 6; a++) {
            if (G[a][k] != 0) {
                Combine.add(to, G[a][k], u[a], n);
            }
        }
    }

    private static void drop(float[] from, float[] all, int at, int stride) {
        for (int k = 0; k < from.length; k++) {
            all[at + k * stride] = from[k];
        }
    }

    private static void pick(float[] all, int at, int stride, float[] to) {
        for (int k = 0; k < to.length; k++) {
            to[k] = all[at + k * stride];
        }
    }

    private static void store(FloatBuffer u, int row, int in, int out, float[][] taps) {
        float[][] half = new float[3][out];
        float[] one = new float[out];
        for (int a = 0; a < 6; a++) {
            for (int column = 0; column < 3; column++) {
                combine(G[a], taps[column], taps[3 + column], taps[6 + column], half[column]);
            }
            for (int b = 0; b < 6; b++) {
                combine(G[b], half[0], half[1], half[2], one);
                u.put(((a * 6 + b) * in + row) * out, one);
            }
        }
    }

    private static void combine(float[] g, float[] x, float[] y, float[] z, float[] to) {
        float a = g[0];
        float b = g[1];
        float c = g[2];
        for (int i = 0; i < to.length; i++) {
            to[i] = a * x[i] + b * y[i] + c * z[i];
        }
    }
}

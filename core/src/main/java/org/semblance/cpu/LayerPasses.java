package org.semblance.cpu;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The passes of a fused layer that run in Java: each reads and writes every element of one channels-last image once.
 * Numbers per channel are laid out over a whole block of rows beforehand, so that inner loops are long.
 */
final class LayerPasses {
    private LayerPasses() {}

    /** Blocks of whole rows of one image {@code [rows, channels]}. */
    private record Rows(int rows, int channels, int perBlock) {
        static Rows of(int rows, int channels) {
            return new Rows(rows, channels, Math.max(1, Staging.BLOCK / channels));
        }

        /** A vector repeated for every row of a block. */
        float[] tiled(float[] perChannel) {
            return LayerPasses.tiled(perChannel, perBlock);
        }

        void forEach(int blocksPerPart, Part part) {
            int blocks = (rows + perBlock - 1) / perBlock;
            int parts = (blocks + blocksPerPart - 1) / blocksPerPart;
            Workers.run(parts, 2L * rows * channels, p -> {
                Staging s = Staging.mine();
                for (int b = p * blocksPerPart; b < Math.min(blocks, (p + 1) * blocksPerPart); b++) {
                    int first = b * perBlock;
                    part.run(s, p, first, Math.min(perBlock, rows - first));
                }
            });
        }

        int parts(int blocksPerPart) {
            int blocks = (rows + perBlock - 1) / perBlock;
            return (blocks + blocksPerPart - 1) / blocksPerPart;
        }
    }

    private interface Part {
        void run(Staging s, int part, int firstRow, int rows);
    }

    /** {@code to = x * style}, for one image of {@code rows} pixels that begins at {@code at}. */
    static void scale(FloatBuffer x, int at, int rows, float[] style, FloatBuffer to) {
        Rows r = Rows.of(rows, style.length);
        float[] tile = r.tiled(style);
        r.forEach(8, (s, part, first, count) -> {
            int n = count * style.length;
            x.get(at + first * style.length, s.a, 0, n);
            multiply(s.a, tile, n);
            to.put(first * style.length, s.a, 0, n);
        });
    }

    private static void multiply(float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            x[i] = x[i] * y[i];
        }
    }

    /** {@code w'[o, i, t] = w[o, i, t] * style[i] * factor[o]}. */
    static void foldWeights(FloatBuffer w, int taps, float[] style, float[] factor, FloatBuffer to) {
        int row = style.length * taps;
        float[] wide = new float[row];
        for (int i = 0; i < style.length; i++) {
            Arrays.fill(wide, i * taps, (i + 1) * taps, style[i]);
        }
        Workers.run(factor.length, (long) row * factor.length, o -> {
            float[] line = Staging.mine().row(0, row);
            w.get(o * row, line, 0, row);
            multiply(line, wide, factor[o], row);
            to.put(o * row, line, 0, row);
        });
    }

    private static void multiply(float[] x, float[] y, float f, int n) {
        for (int i = 0; i < n; i++) {
            x[i] = x[i] * y[i] * f;
        }
    }

    /**
     * {@code y = clamp(lrelu(y * factor + gain * noise + shift))} in place.
     *
     * @param scaled whether the factor is still to be applied
     */
    static void finish(
            FloatBuffer y, int at, int rows, FloatBuffer noise, int noiseAt, LayerFactors f, boolean scaled) {
        int c = f.shift().length;
        Rows r = Rows.of(rows, c);
        float[] shift = r.tiled(f.shift());
        float[] factor = scaled ? r.tiled(f.factor()) : ones(shift.length);
        float gain = f.act().gain();
        r.forEach(8, (s, part, first, count) -> {
            int n = count * c;
            y.get(at + first * c, s.a, 0, n);
            noise.get(noiseAt + first, s.b, 0, count);
            spread(s.b, count, c, gain, s.c);
            affine(s.a, factor, s.c, shift, n);
            leaky(s.a, n, f.act().slope(), f.act().clamp());
            y.put(at + first * c, s.a, 0, n);
        });
    }

    /** The same on the pieces of rows that {@link Winograd} gives; pieces have up to this many pixels. */
    static Winograd.Finish finisher(@Nullable FloatBuffer noise, int noiseAt, int width, int pixels, LayerFactors f) {
        int c = f.shift().length;
        float[] shift = tiled(f.shift(), pixels);
        float[] factor = tiled(f.factor(), pixels);
        float gain = f.act().gain();
        return (piece, length, y, x) -> {
            Staging s = Staging.mine();
            float[] summand = shift;
            if (noise != null) {
                summand = s.row(0, shift.length);
                noise.get(noiseAt + y * width + x, s.b, 0, length / c);
                spread(s.b, length / c, c, gain, summand);
                add(summand, shift, length);
            }
            affine(piece, factor, summand, length);
            leaky(piece, length, f.act().slope(), f.act().clamp());
        };
    }

    private static float[] tiled(float[] perChannel, int times) {
        float[] tile = new float[perChannel.length * times];
        for (int k = 0; k < times; k++) {
            System.arraycopy(perChannel, 0, tile, k * perChannel.length, perChannel.length);
        }
        return tile;
    }

    private static void add(float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            x[i] = x[i] + y[i];
        }
    }

    private static void affine(float[] x, float[] factor, float[] summand, int n) {
        for (int i = 0; i < n; i++) {
            x[i] = x[i] * factor[i] + summand[i];
        }
    }

    private static float[] ones(int n) {
        float[] ones = new float[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Repeats a number per row along its channels. */
    private static void spread(float[] perRow, int rows, int channels, float gain, float[] to) {
        for (int r = 0; r < rows; r++) {
            Arrays.fill(to, r * channels, (r + 1) * channels, perRow[r] * gain);
        }
    }

    private static void affine(float[] x, float[] factor, float[] noise, float[] shift, int n) {
        for (int i = 0; i < n; i++) {
            x[i] = x[i] * factor[i] + noise[i] + shift[i];
        }
    }

    private static void leaky(float[] x, int n, float slope, float clamp) {
        for (int i = 0; i < n; i++) {
            x[i] = Math.min(Math.max(Math.max(x[i], x[i] * slope), -clamp), clamp);
        }
    }

    /**
     * Backward through clamp, activation, bias, noise and demodulation, from the output alone:
     * {@code gz = dy * act'(y)}, {@code to = gz * demodulation}, and per channel the gradient of the demodulation,
     * {@code sum gz (z - noise - bias) / demodulation} with z the activation's argument, regained from y.
     *
     * @return gradient of the demodulation per channel; zeros if there is none
     */
    static float[] backAct(
            FloatBuffer dy,
            FloatBuffer y,
            int at,
            int rows,
            @Nullable FloatBuffer noise,
            int noiseAt,
            LayerFactors f,
            FloatBuffer to) {
        int c = f.shift().length;
        Rows r = Rows.of(rows, c);
        float[] demodulation = f.demodulation() == null ? ones(r.perBlock() * c) : r.tiled(f.demodulation());
        float[] bias = r.tiled(f.bias());
        float[][] sums = new float[r.parts(32)][r.perBlock() * c];
        r.forEach(32, (s, part, first, count) -> {
            int n = count * c;
            dy.get(at + first * c, s.a, 0, n);
            y.get(at + first * c, s.b, 0, n);
            System.arraycopy(bias, 0, s.c, 0, n);
            if (noise != null) {
                addNoise(noise, noiseAt + first, count, c, s);
            }
            slope(s.a, s.b, n, f.act().gain(), f.act().slope(), f.act().clamp());
            argument(s.b, n, f.act().gain(), f.act().slope());
            accumulate(s.a, s.b, s.c, sums[part], n);
            multiply(s.a, demodulation, n);
            to.put(first * c, s.a, 0, n);
        });
        return demodulationGradient(sums, f);
    }

    private static void addNoise(FloatBuffer noise, int at, int count, int channels, Staging s) {
        float[] perRow = s.row(0, count);
        noise.get(at, perRow, 0, count);
        for (int r = 0; r < count; r++) {
            add(s.c, r * channels, perRow[r], channels);
        }
    }

    private static void add(float[] x, int at, float v, int n) {
        for (int i = at; i < at + n; i++) {
            x[i] = x[i] + v;
        }
    }

    /** {@code g *= act'(y)}. */
    private static void slope(float[] g, float[] y, int n, float gain, float slope, float clamp) {
        float base = gain * slope;
        float more = gain - base;
        for (int i = 0; i < n; i++) {
            g[i] = g[i] * (base + more * step(y[i])) * step(clamp - Math.abs(y[i]));
        }
    }

    /** y to the argument that the activation had; 0 where a slope of 0 lost it. */
    private static void argument(float[] y, int n, float gain, float slope) {
        float below = slope == 0 ? 0 : 1 / (gain * slope);
        float more = 1 / gain - below;
        for (int i = 0; i < n; i++) {
            y[i] = y[i] * (below + more * step(y[i]));
        }
    }

    private static float step(float v) {
        return Math.min(Math.max(v * 1e38f * 1e38f, 0), 1);
    }

    private static void accumulate(float[] g, float[] z, float[] known, float[] sum, int n) {
        for (int i = 0; i < n; i++) {
            sum[i] = sum[i] + g[i] * (z[i] - known[i]);
        }
    }

    private static float[] demodulationGradient(float[][] sums, LayerFactors f) {
        int c = f.shift().length;
        float[] d = f.demodulation();
        float[] gradient = perChannel(sums, c);
        for (int o = 0; o < c; o++) {
            gradient[o] = d == null || d[o] == 0 ? 0 : gradient[o] / d[o];
        }
        return gradient;
    }

    /** Adds the lanes that belong to each channel, in a fixed order. */
    private static float[] perChannel(float[][] sums, int channels) {
        double[] total = new double[channels];
        for (float[] part : sums) {
            for (int i = 0; i < part.length; i++) {
                total[i % channels] += part[i];
            }
        }
        float[] result = new float[channels];
        for (int i = 0; i < channels; i++) {
            result[i] = (float) total[i];
        }
        return result;
    }

    /** {@code sum g * x} per channel, and {@code g *= style} in place. */
    static float[] backScale(FloatBuffer g, int gAt, FloatBuffer x, int xAt, int rows, float[] style) {
        int c = style.length;
        Rows r = Rows.of(rows, c);
        float[] tile = r.tiled(style);
        float[][] sums = new float[r.parts(32)][r.perBlock() * c];
        r.forEach(32, (s, part, first, count) -> {
            int n = count * c;
            g.get(gAt + first * c, s.a, 0, n);
            x.get(xAt + first * c, s.b, 0, n);
            accumulate(s.a, s.b, sums[part], n);
            multiply(s.a, tile, n);
            g.put(gAt + first * c, s.a, 0, n);
        });
        return perChannel(sums, c);
    }

    private static void accumulate(float[] g, float[] x, float[] sum, int n) {
        for (int i = 0; i < n; i++) {
            sum[i] = sum[i] + g[i] * x[i];
        }
    }
}

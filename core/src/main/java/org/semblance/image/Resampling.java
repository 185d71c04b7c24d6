package org.semblance.image;

import java.util.Arrays;

/** Separable resizing with a triangle filter, first along rows, then along columns. */
final class Resampling {
    private Resampling() {}

    static Image resized(Image image, int width, int height) {
        Taps across = Taps.of(image.width(), width);
        Taps down = Taps.of(image.height(), height);
        float[] narrow = across(image, across, width);
        byte[] rgb = new byte[3 * width * height];
        float[] row = new float[3 * width];
        for (int y = 0; y < height; y++) {
            Arrays.fill(row, 0);
            for (int k = 0; k < down.count(y); k++) {
                add(narrow, (down.first(y) + k) * row.length, down.weight(y, k), row);
            }
            store(row, rgb, y * row.length);
        }
        return new Image(width, height, rgb);
    }

    /** All rows at the new width, [H, width, 3]. */
    private static float[] across(Image image, Taps taps, int width) {
        float[] to = new float[Math.multiplyExact(image.height(), 3 * width)];
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < width; x++) {
                int from = 3 * (y * image.width() + taps.first(x));
                pixel(image, from, taps, x, to, 3 * (y * width + x));
            }
        }
        return to;
    }

    private static void pixel(Image image, int from, Taps taps, int x, float[] to, int at) {
        for (int k = 0; k < taps.count(x); k++) {
            float weight = taps.weight(x, k);
            for (int channel = 0; channel < 3; channel++) {
                to[at + channel] += weight * image.level(from + 3 * k + channel);
            }
        }
    }

    private static void add(float[] from, int start, float weight, float[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] += weight * from[start + i];
        }
    }

    private static void store(float[] row, byte[] to, int start) {
        for (int i = 0; i < row.length; i++) {
            to[start + i] = (byte) Math.max(0, Math.min(255, Math.round(row[i])));
        }
    }

    /** For each new pixel along one axis, the old ones that make it and how much each counts; weights sum to 1. */
    private record Taps(int[] firsts, float[][] weights) {
        static Taps of(int from, int to) {
            int[] firsts = new int[to];
            float[][] weights = new float[to][];
            double scale = (double) from / to;
            double reach = Math.max(1, scale);
            for (int i = 0; i < to; i++) {
                double centre = (i + 0.5) * scale;
                int first = (int) Math.max(0, Math.floor(centre - reach + 0.5));
                int end = (int) Math.min(from, Math.floor(centre + reach + 0.5));
                firsts[i] = first;
                weights[i] = triangle(centre, reach, first, end);
            }
            return new Taps(firsts, weights);
        }

        private static float[] triangle(double centre, double reach, int first, int end) {
            double[] weights = new double[end - first];
            double sum = 0;
            for (int k = 0; k < weights.length; k++) {
                weights[k] = Math.max(0, 1 - Math.abs(first + k + 0.5 - centre) / reach);
                sum += weights[k];
            }
            float[] normal = new float[weights.length];
            for (int k = 0; k < normal.length; k++) {
                normal[k] = (float) (weights[k] / sum);
            }
            return normal;
        }

        int first(int i) {
            return firsts[i];
        }

        int count(int i) {
            return weights[i].length;
        }

        float weight(int i, int k) {
            return weights[i][k];
        }
    }
}

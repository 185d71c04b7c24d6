package org.semblance.metrics;

import org.semblance.array.HostArray;

/** Rows of numbers that any language can make: {@code sin(a i^2 + b k (i + 1)) (1 + 0.2 k)}, as float32. */
final class Waves {
    private Waves() {}

    static HostArray rows(int n, int width, double a, double b) {
        return rows(n, width, a, b, 0);
    }

    static HostArray rows(int n, int width, double a, double b, float shift) {
        float[] data = new float[n * width];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < width; k++) {
                data[i * width + k] = (float) (Math.sin(a * i * i + b * k * (i + 1)) * (1 + 0.2 * k)) + shift;
            }
        }
        return HostArray.of(data, n, width);
    }
}

package org.semblance.networks.faceapi;

import org.semblance.array.HostArray;
import org.semblance.nn.Parameters;
import org.semblance.ops.Elementwise;
import org.semblance.tensor.Tensor;

/** The input of a network: {@code (v - mean) / 255} of levels v in 0..255, from pixels in [-1, 1]. */
record Pixels(Tensor offset) {
    static Pixels of(Parameters p, double red, double green, double blue) {
        float[] offset = {level(red), level(green), level(blue)};
        return new Pixels(p.derived(() -> Tensor.of(p.device(), HostArray.of(offset, 1, 3, 1, 1))));
    }

    private static float level(double mean) {
        return (float) ((127.5 - mean) / 255);
    }

    Tensor apply(Tensor x) {
        return Elementwise.add(Elementwise.scale(x, 0.5f), offset);
    }

    /** Checks for {@code [N, 3, size, size]}. */
    static void require(String network, Tensor x, int size) {
        if (x.rank() != 4 || x.dim(1) != 3 || x.dim(2) != size || x.dim(3) != size) {
            throw new IllegalArgumentException(
                    network + ": x must be [N, 3, " + size + ", " + size + "], got " + x.shape());
        }
    }
}

package org.semblance.networks.stylegan1;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.backend.ConvSpec;
import org.semblance.nn.Parameters;
import org.semblance.ops.Conv2d;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Filter;
import org.semblance.ops.Filters;
import org.semblance.ops.Shapes;
import org.semblance.ops.Upfirdn2d;
import org.semblance.tensor.Tensor;

/**
 * A 3x3 convolution at twice the size, then the blur [1, 2, 1]. Plain: nearest neighbours, then the convolution. Fused,
 * from 128 pixels up: a transposed convolution with stride 2, whose 4x4 kernel is the sum of the four one-pixel shifts
 * of the 3x3 one; the same thing but at the border. Files tell which by the name, {@code kernel} or {@code weight}.
 */
final class Upscale {
    private static final Filter BLUR = Filters.of(1, 2, 1);

    private final Equalised kernel;
    private final boolean fused;

    Upscale(Parameters p, String name, int in, int out) {
        Tensor plain = p.takeIfPresent(name + "/kernel", 3, 3, in, out);
        fused = plain == null;
        Tensor stored = plain == null ? p.take(name + "/weight", 3, 3, in, out) : plain;
        kernel = new Equalised(p, stored, Math.sqrt(2.0 / (9 * in)), fused ? Upscale::spread : Conv2d::fromKeras);
    }

    /** {@code [N, in, R, R]} to {@code [N, out, 2 R, 2 R]}. */
    Tensor apply(Tensor x) {
        return blurred(fused ? fused(x, kernel.get()) : plain(x, kernel.get()));
    }

    /** With a kernel {@code [out, in, 3, 3]}. */
    static Tensor plain(Tensor x, Tensor kernel) {
        int[] d = x.shape().dims();
        Tensor wide = Shapes.broadcastTo(
                Shapes.reshape(x, d[0], d[1], d[2], 1, d[3], 1), Shape.of(d[0], d[1], d[2], 2, d[3], 2));
        return Conv2d.of(Shapes.reshape(wide, d[0], d[1], 2 * d[2], 2 * d[3]), kernel, ConvSpec.padded(1));
    }

    /** With a kernel {@code [in, out, 4, 4]}. */
    static Tensor fused(Tensor x, Tensor kernel) {
        return Conv2d.transposed(x, kernel, ConvSpec.of(2, 1), 0, 0);
    }

    /** {@code [3, 3, in, out]} to {@code [in, out, 4, 4]}. */
    static Tensor spread(Tensor kernel) {
        Tensor k = Shapes.permute(kernel, 2, 3, 0, 1);
        @Nullable Tensor sum = null;
        for (int[] shift : List.of(new int[] {0, 0}, new int[] {0, 1}, new int[] {1, 0}, new int[] {1, 1})) {
            Tensor moved =
                    Shapes.pad(k, new int[] {0, 0, shift[0], shift[1]}, new int[] {0, 0, 1 - shift[0], 1 - shift[1]});
            sum = sum == null ? moved : Elementwise.add(sum, moved);
        }
        return Objects.requireNonNull(sum);
    }

    /** Smoothed by [1, 2, 1] in both axes, zeros around. */
    static Tensor blurred(Tensor x) {
        return Upfirdn2d.filter2d(x, BLUR, new int[4], false, 1);
    }
}

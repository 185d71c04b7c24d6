package org.semblance.cuda;

import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.SsimSpec;

/**
 * Structural similarity and its gradient by kernels of their own, in float32. They add in another order than the
 * composition, so that work which must not round does not take them.
 */
final class Similarities {
    private final DevicePool pool;
    private final Kernels kernels;

    Similarities(DevicePool pool, Kernels kernels) {
        this.pool = pool;
        this.kernels = kernels;
    }

    /** Whether the window fits. */
    static boolean fuses(SsimSpec spec) {
        return spec.window().width() <= SemblanceKernels.MAX_WINDOW;
    }

    void forward(SsimSpec spec, NdArray a, NdArray b, NdArray y) {
        Shape s = a.shape();
        int window = spec.window().width();
        try (Blocks scratch = new Blocks(pool)) {
            long sums = scratch.floats(SemblanceKernels.smb_ssim_scratch(planes(s), s.dim(2), s.dim(3), window));
            kernels.launched(
                    "smb_ssim",
                    SemblanceKernels.smb_ssim(
                            kernels.stream(),
                            planes(s),
                            s.dim(2),
                            s.dim(3),
                            window,
                            spec.window().taps(),
                            spec.c1(),
                            spec.c2(),
                            spec.luminance() ? 1 : 0,
                            a.address(),
                            b.address(),
                            y.address(),
                            sums));
        }
    }

    void gradient(SsimSpec spec, NdArray dy, NdArray a, NdArray b, NdArray da) {
        Shape s = a.shape();
        int window = spec.window().width();
        try (Blocks scratch = new Blocks(pool)) {
            long fields = scratch.floats(SemblanceKernels.smb_ssim_grad_scratch(planes(s), s.dim(2), s.dim(3), window));
            kernels.launched(
                    "smb_ssim_grad",
                    SemblanceKernels.smb_ssim_grad(
                            kernels.stream(),
                            planes(s),
                            s.dim(2),
                            s.dim(3),
                            window,
                            spec.window().taps(),
                            spec.c1(),
                            spec.c2(),
                            spec.luminance() ? 1 : 0,
                            dy.address(),
                            a.address(),
                            b.address(),
                            da.address(),
                            fields));
        }
    }

    private static int planes(Shape image) {
        return Math.multiplyExact(image.dim(0), image.dim(1));
    }
}

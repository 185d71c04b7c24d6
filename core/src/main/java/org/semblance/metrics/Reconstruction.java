package org.semblance.metrics;

import java.util.Arrays;
import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.ops.MsSsim;
import org.semblance.ops.Ssim;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** Differences of pictures, pixel by pixel and window by window. Pictures count as values in [0, 1]. */
public final class Reconstruction {
    private static final int WINDOW = 11;

    private Reconstruction() {}

    /** Mean squared error of each pair. */
    public static double[] squaredErrors(List<Image> a, List<Image> b) {
        requireSame(a, b);
        double[] errors = new double[a.size()];
        for (int i = 0; i < errors.length; i++) {
            errors[i] = squaredError(a.get(i), b.get(i));
        }
        return errors;
    }

    private static double squaredError(Image a, Image b) {
        byte[] p = a.toBytes();
        byte[] q = b.toBytes();
        long sum = 0;
        for (int k = 0; k < p.length; k++) {
            int d = (p[k] & 0xff) - (q[k] & 0xff);
            sum += d * d;
        }
        return sum / (255.0 * 255.0 * p.length);
    }

    /** {@code 10 log10(1 / mse)} in decibels, infinite for equal pictures. */
    public static double psnr(double squaredError) {
        return -10 * Math.log10(squaredError);
    }

    /** Structural similarity of each pair: mean over windows and channels; window of 11, sigma 1.5. */
    public static double[] ssim(List<Image> a, List<Image> b, Device device) {
        return similarity(a, b, device, (x, y) -> MsSsim.of(x, y, Ssim.standard(1), 1));
    }

    /**
     * Multi-scale structural similarity of each pair, with {@link #scales} scales and their usual powers renormalised
     * to
     * sum 1.
     */
    public static double[] msSsim(List<Image> a, List<Image> b, Device device) {
        requireSame(a, b);
        int scales = scales(Math.min(a.get(0).width(), a.get(0).height()));
        float[] powers = Arrays.copyOf(MsSsim.standardPowers(), scales);
        double sum = 0;
        for (float p : powers) {
            sum += p;
        }
        for (int k = 0; k < scales; k++) {
            powers[k] = (float) (powers[k] / sum);
        }
        return similarity(a, b, device, (x, y) -> MsSsim.of(x, y, Ssim.standard(1), powers));
    }

    /** As many of the usual five scales as leave the coarsest at least as large as the window. */
    public static int scales(int side) {
        int scales = 1;
        int coarse = side;
        while (scales < MsSsim.standardPowers().length && (coarse + 1) / 2 >= WINDOW) {
            coarse = (coarse + 1) / 2;
            scales++;
        }
        return scales;
    }

    private interface Measure {
        Tensor of(Tensor a, Tensor b);
    }

    private static double[] similarity(List<Image> a, List<Image> b, Device device, Measure measure) {
        requireSame(a, b);
        int side = Math.min(a.get(0).width(), a.get(0).height());
        if (side < WINDOW) {
            throw new IllegalArgumentException(
                    "similarity: pictures must be at least " + WINDOW + " pixels wide and" + " high, got " + a.get(0));
        }
        HostArray values = device.call(() -> {
            try (Scope scope = Scope.open("similarity")) {
                return measure.of(Tensor.of(device, unit(a)), Tensor.of(device, unit(b)))
                        .toHost();
            }
        });
        double[] all = new double[values.data().length];
        Arrays.setAll(all, i -> values.data()[i]);
        return all;
    }

    private static HostArray unit(List<Image> images) {
        HostArray stack = Image.stack(images);
        for (int i = 0; i < stack.data().length; i++) {
            stack.data()[i] = 0.5f * stack.data()[i] + 0.5f;
        }
        return stack;
    }

    private static void requireSame(List<Image> a, List<Image> b) {
        if (a.isEmpty() || a.size() != b.size()) {
            throw new IllegalArgumentException(
                    "reconstruction: as many pictures on both sides are needed, got " + a.size() + " and " + b.size());
        }
        for (int i = 0; i < a.size(); i++) {
            if (a.get(i).width() != b.get(i).width()
                    || a.get(i).height() != b.get(i).height()) {
                throw new IllegalArgumentException(
                        "reconstruction: sizes must agree, got " + a.get(i) + " and " + b.get(i));
            }
        }
    }
}

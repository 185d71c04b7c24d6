package org.semblance.cpu;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.Fir;
import org.semblance.backend.Resample;

/**
 * upfirdn2d on channels-last images. An output row is a sum of scaled input rows, so the inner loop is a long
 * {@code y += f * x} whatever the number of channels; with up-sampling each phase of output columns is summed in a row
 * of its own, with down-sampling each phase of input columns is.
 */
final class Resampler {
    private final Resample spec;
    private final Fir filter;
    private final int channels;
    private final int height;
    private final int width;
    private final int outHeight;
    private final int outWidth;
    private final FloatBuffer from;
    private final FloatBuffer to;

    private Resampler(Resample spec, Fir filter, NdArray x, NdArray y) {
        this.spec = spec;
        this.filter = filter.prepared(!spec.flip(), spec.gain());
        Shape in = x.shape();
        channels = in.dim(1);
        height = in.dim(2);
        width = in.dim(3);
        outHeight = y.shape().dim(2);
        outWidth = y.shape().dim(3);
        from = HostMemory.floats(x);
        to = HostMemory.floats(y);
    }

    static void run(Resample spec, Fir filter, NdArray x, NdArray y) {
        Resampler r = new Resampler(spec, filter, x, y);
        int rows = x.shape().dim(0) * r.outHeight;
        int perPart = Math.max(1, Math.min(8, rows / 8));
        Workers.run((rows + perPart - 1) / perPart, y.shape().count() * 2, part -> {
            for (int row = part * perPart; row < Math.min(rows, (part + 1) * perPart); row++) {
                r.row(row / r.outHeight, row % r.outHeight);
            }
        });
    }

    private void row(int image, int oy) {
        Staging s = Staging.mine();
        int phaseColumns = (outWidth + spec.upX() - 1) / spec.upX();
        for (int p = 0; p < spec.upX(); p++) {
            Arrays.fill(s.row(p, phaseColumns * channels), 0, phaseColumns * channels, 0);
        }
        for (int ky = 0; ky < filter.height(); ky++) {
            int u = oy * spec.downY() + ky - spec.padTop();
            if (Math.floorMod(u, spec.upY()) == 0 && u >= 0 && u / spec.upY() < height) {
                addRow(s, image, u / spec.upY(), ky);
            }
        }
        store(s, image, oy);
    }

    /** Adds one filter row times one input row to the phases. */
    private void addRow(Staging s, int image, int iy, int ky) {
        int down = spec.downX();
        loadPhases(s, (image * height + iy) * width * channels);
        for (int p = 0; p < spec.upX(); p++) {
            float[] sum = s.row(p, 0);
            for (int kx = 0; kx < filter.width(); kx++) {
                int u = p * down + kx - spec.padLeft();
                if (Math.floorMod(u, spec.upX()) == 0) {
                    int first = Math.floorDiv(u, spec.upX());
                    addTap(s, sum, p, first, filter.taps()[ky * filter.width() + kx]);
                }
            }
        }
    }

    /** Adds tap f: output column q of phase p reads input column {@code q * down + first}. */
    private void addTap(Staging s, float[] sum, int p, int first, float f) {
        int down = spec.downX();
        int columns = (outWidth - p + spec.upX() - 1) / spec.upX();
        int phase = Math.floorMod(first, down);
        int shift = Math.floorDiv(first, down);
        int available = (width - phase + down - 1) / down;
        int low = Math.max(0, -shift);
        int high = Math.min(columns, available - shift);
        if (low < high && f != 0) {
            axpy(
                    f,
                    s.row(spec.upX() + phase, 0),
                    (low + shift) * channels,
                    sum,
                    low * channels,
                    (high - low) * channels);
        }
    }

    private static void axpy(float f, float[] x, int xi, float[] y, int yi, int n) {
        for (int i = 0; i < n; i++) {
            y[yi + i] = y[yi + i] + f * x[xi + i];
        }
    }

    /** Reads an input row, its columns dealt out to one row per phase of down-sampling. */
    private void loadPhases(Staging s, int at) {
        int down = spec.downX();
        int columns = (width + down - 1) / down;
        if (down == 1) {
            from.get(at, s.row(spec.upX(), width * channels), 0, width * channels);
            return;
        }
        float[] whole = s.row(spec.upX() + down, width * channels);
        from.get(at, whole, 0, width * channels);
        for (int phase = 0; phase < down; phase++) {
            deal(whole, phase, down, s.row(spec.upX() + phase, columns * channels));
        }
    }

    private void deal(float[] whole, int phase, int step, float[] part) {
        int k = 0;
        for (int column = phase; column < width; column += step) {
            System.arraycopy(whole, column * channels, part, k, channels);
            k += channels;
        }
    }

    private void store(Staging s, int image, int oy) {
        int at = (image * outHeight + oy) * outWidth * channels;
        if (spec.upX() == 1) {
            to.put(at, s.row(0, 0), 0, outWidth * channels);
            return;
        }
        float[] whole = s.row(spec.upX() + spec.downX(), outWidth * channels);
        for (int p = 0; p < spec.upX(); p++) {
            float[] part = s.row(p, 0);
            int k = 0;
            for (int column = p; column < outWidth; column += spec.upX()) {
                System.arraycopy(part, k, whole, column * channels, channels);
                k += channels;
            }
        }
        to.put(at, whole, 0, outWidth * channels);
    }
}

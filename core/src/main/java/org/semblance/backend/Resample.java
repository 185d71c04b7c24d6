package org.semblance.backend;

import org.semblance.array.Shape;

/**
 * Parameters of upfirdn2d: insert zeros, pad or crop, convolve with a filter, keep every n-th sample.
 *
 * <p>{@code flip = false} convolves, that is, correlates with the filter turned by 180 degrees; {@code flip = true}
 * correlates with the filter as it stands. Each padding may be negative, which crops.
 *
 * @param upX zero-insertion factor along width, at least 1
 * @param upY zero-insertion factor along height, at least 1
 * @param downX decimation factor along width, at least 1
 * @param downY decimation factor along height, at least 1
 * @param padLeft columns before, in up-sampled pixels
 * @param padRight columns after
 * @param padTop rows before
 * @param padBottom rows after
 * @param flip whether the filter is used as it stands
 * @param gain factor on the filter
 */
public record Resample(
        int upX,
        int upY,
        int downX,
        int downY,
        int padLeft,
        int padRight,
        int padTop,
        int padBottom,
        boolean flip,
        float gain) {

    public Resample {
        if (Math.min(Math.min(upX, upY), Math.min(downX, downY)) < 1) {
            throw new IllegalArgumentException("upfirdn2d: up and down factors must be at least 1, got up=[" + upX
                    + ", " + upY + "], down=[" + downX + ", " + downY + "]");
        }
    }

    /** Only a filter: no change of rate, this padding {@code [left, right, top, bottom]}. */
    public static Resample filter(int left, int right, int top, int bottom) {
        return new Resample(1, 1, 1, 1, left, right, top, bottom, false, 1);
    }

    /** Width of the output for w input columns and a filter of fw taps. */
    public int outWidth(int w, int fw) {
        return Math.floorDiv(w * upX + padLeft + padRight - fw, downX) + 1;
    }

    /** Height of the output for h input rows and a filter of fh taps. */
    public int outHeight(int h, int fh) {
        return Math.floorDiv(h * upY + padTop + padBottom - fh, downY) + 1;
    }

    /** Shape of the output for {@code x = [N, C, H, W]} and a filter {@code [fh, fw]}. */
    public Shape outShape(Shape x, int fh, int fw) {
        return x.with(2, outHeight(x.dim(2), fh)).with(3, outWidth(x.dim(3), fw));
    }

    /**
     * The operation whose matrix is the transpose of this one's, for an input of w columns and h rows: rates swapped,
     * filter turned, padding such that {@code <up(x), y> = <x, adjoint(y)>} for every x and y.
     */
    public Resample adjoint(int w, int h, int fw, int fh) {
        int left = fw - padLeft - 1;
        int top = fh - padTop - 1;
        int right = w * upX - outWidth(w, fw) * downX + padLeft - upX + 1;
        int bottom = h * upY - outHeight(h, fh) * downY + padTop - upY + 1;
        return new Resample(downX, downY, upX, upY, left, right, top, bottom, !flip, gain);
    }

    /** This operation with another gain. */
    public Resample withGain(float factor) {
        return new Resample(upX, upY, downX, downY, padLeft, padRight, padTop, padBottom, flip, factor);
    }
}

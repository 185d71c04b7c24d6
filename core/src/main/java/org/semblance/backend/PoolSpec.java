package org.semblance.backend;

import org.semblance.array.Shape;

/**
 * Geometry of a 2-D pool.
 *
 * @param kernelY rows of the window
 * @param kernelX columns of the window
 * @param strideY vertical step
 * @param strideX horizontal step
 * @param padTop rows added above
 * @param padBottom rows added below
 * @param padLeft columns added left
 * @param padRight columns added right
 * @param countPadding average only: whether padding counts in the divisor (PyTorch) or not (TensorFlow)
 */
public record PoolSpec(
        int kernelY,
        int kernelX,
        int strideY,
        int strideX,
        int padTop,
        int padBottom,
        int padLeft,
        int padRight,
        boolean countPadding) {

    public PoolSpec {
        if (Math.min(Math.min(kernelY, kernelX), Math.min(strideY, strideX)) < 1) {
            throw new IllegalArgumentException("pool: kernel and stride must be at least 1, got kernel [" + kernelY
                    + ", " + kernelX + "], stride [" + strideY + ", " + strideX + "]");
        }
        if (padTop >= kernelY || padBottom >= kernelY || padLeft >= kernelX || padRight >= kernelX) {
            throw new IllegalArgumentException("pool: padding must be smaller than the kernel, got [" + padTop + ", "
                    + padBottom + ", " + padLeft + ", " + padRight + "]");
        }
        if (Math.min(Math.min(padTop, padBottom), Math.min(padLeft, padRight)) < 0) {
            throw new IllegalArgumentException("pool: padding must not be negative, got [" + padTop + ", " + padBottom
                    + ", " + padLeft + ", " + padRight + "]");
        }
    }

    /** Square window, symmetric padding that counts in averages: PyTorch's convention. */
    public static PoolSpec of(int kernel, int stride, int pad) {
        return new PoolSpec(kernel, kernel, stride, stride, pad, pad, pad, pad, true);
    }

    /** Shape of the output for {@code x = [N, C, H, W]}. */
    public Shape outShape(Shape x) {
        int h = Math.floorDiv(x.dim(2) + padTop + padBottom - kernelY, strideY) + 1;
        int w = Math.floorDiv(x.dim(3) + padLeft + padRight - kernelX, strideX) + 1;
        return x.with(2, h).with(3, w);
    }
}

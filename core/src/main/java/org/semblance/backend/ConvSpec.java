package org.semblance.backend;

import org.semblance.array.Shape;

/**
 * Geometry of a 2-D convolution (cross-correlation, weights {@code [O, I / groups, kh, kw]}, zero padding). Negative
 * padding is not allowed here; crop first.
 *
 * @param strideY vertical step, at least 1
 * @param strideX horizontal step, at least 1
 * @param padTop rows of zeros above
 * @param padBottom rows of zeros below
 * @param padLeft columns of zeros left
 * @param padRight columns of zeros right
 * @param dilationY vertical distance of taps, 1 is dense
 * @param dilationX horizontal distance of taps, 1 is dense
 * @param groups number of independent channel groups
 */
public record ConvSpec(
        int strideY,
        int strideX,
        int padTop,
        int padBottom,
        int padLeft,
        int padRight,
        int dilationY,
        int dilationX,
        int groups) {

    public ConvSpec {
        require(strideY >= 1 && strideX >= 1, "strides must be at least 1", strideY, strideX);
        require(dilationY >= 1 && dilationX >= 1, "dilations must be at least 1", dilationY, dilationX);
        require(groups >= 1, "groups must be at least 1", groups);
        require(
                Math.min(Math.min(padTop, padBottom), Math.min(padLeft, padRight)) >= 0,
                "padding must not be negative",
                padTop,
                padBottom,
                padLeft,
                padRight);
    }

    private static void require(boolean holds, String rule, int... got) {
        if (!holds) {
            throw new IllegalArgumentException("conv2d: " + rule + ", got " + java.util.Arrays.toString(got));
        }
    }

    /** Stride 1 with this padding on all sides. */
    public static ConvSpec padded(int pad) {
        return of(1, pad);
    }

    /** One stride and one padding for both axes. */
    public static ConvSpec of(int stride, int pad) {
        return new ConvSpec(stride, stride, pad, pad, pad, pad, 1, 1, 1);
    }

    /** This geometry with another number of groups. */
    public ConvSpec withGroups(int count) {
        return new ConvSpec(strideY, strideX, padTop, padBottom, padLeft, padRight, dilationY, dilationX, count);
    }

    /** This geometry with other dilations. */
    public ConvSpec withDilation(int y, int x) {
        return new ConvSpec(strideY, strideX, padTop, padBottom, padLeft, padRight, y, x, groups);
    }

    /** Rows of the output for an input of h rows and a kernel of kh taps. */
    public int outHeight(int h, int kh) {
        return Math.floorDiv(h + padTop + padBottom - dilationY * (kh - 1) - 1, strideY) + 1;
    }

    /** Columns of the output for an input of w columns and a kernel of kw taps. */
    public int outWidth(int w, int kw) {
        return Math.floorDiv(w + padLeft + padRight - dilationX * (kw - 1) - 1, strideX) + 1;
    }

    /** Shape of the output for {@code x = [N, C, H, W]} and {@code w = [O, C / groups, kh, kw]}. */
    public Shape outShape(Shape x, Shape w) {
        return Shape.of(x.dim(0), w.dim(0), outHeight(x.dim(2), w.dim(2)), outWidth(x.dim(3), w.dim(3)));
    }
}

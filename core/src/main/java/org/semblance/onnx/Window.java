package org.semblance.onnx;

import org.semblance.array.Shape;
import org.semblance.backend.ConvSpec;

/**
 * The window of a convolution or pool as a node states it.
 *
 * @param kernel rows and columns
 * @param strides vertical and horizontal step
 * @param dilations vertical and horizontal distance of taps
 * @param pads zeros above, left, below, right
 * @param auto NOTSET, VALID, SAME_UPPER or SAME_LOWER
 */
record Window(int[] kernel, int[] strides, int[] dilations, int[] pads, String auto) {
    private static final int MOST = 1 << 14;

    /** Of a convolution with weights of this shape. */
    static Window of(OnnxNode node, Shape weight) {
        return of(node, weight.dim(2), weight.dim(3));
    }

    static Window of(OnnxNode node, int height, int width) {
        Window window = new Window(
                new int[] {height, width},
                checked(node.integers("strides", 1, 1), 1),
                checked(node.integers("dilations", 1, 1), 1),
                checked(node.integers("pads", 0, 0, 0, 0), 0),
                node.text("auto_pad", "NOTSET"));
        checked(window.kernel, 1);
        return window;
    }

    private static int[] checked(int[] values, int least) {
        for (int value : values) {
            if (value < least || value > MOST) {
                throw new IllegalArgumentException(
                        "kernels, strides, dilations and pads must lie in [" + least + ", " + MOST + "], got " + value);
            }
        }
        return values;
    }

    /** Zeros above, left, below, right of a picture. */
    int[] padding(int height, int width) {
        return switch (auto) {
            case "NOTSET", "" -> pads;
            case "VALID" -> new int[4];
            case "SAME_UPPER", "SAME_LOWER" -> same(height, width);
            default -> throw new IllegalArgumentException("auto_pad is unknown: " + auto);
        };
    }

    private int[] same(int height, int width) {
        int y = missing(height, 0);
        int x = missing(width, 1);
        boolean upper = auto.equals("SAME_UPPER");
        int top = upper ? y / 2 : y - y / 2;
        int left = upper ? x / 2 : x - x / 2;
        return new int[] {top, left, y - top, x - left};
    }

    private int missing(int extent, int axis) {
        int places = (extent + strides[axis] - 1) / strides[axis];
        return Math.max((places - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1 - extent, 0);
    }

    ConvSpec conv(Shape x, int groups) {
        int[] p = padding(x.dim(2), x.dim(3));
        return new ConvSpec(strides[0], strides[1], p[0], p[2], p[1], p[3], dilations[0], dilations[1], groups);
    }
}

package org.semblance.cpu;

import org.bytedeco.dnnl.memory;
import org.semblance.array.Layout;
import org.semblance.array.Shape;
import org.semblance.backend.ConvSpec;

/**
 * What determines a convolution primitive.
 *
 * @param direction which of the three products
 * @param spec geometry
 * @param x shape of the input or its gradient
 * @param w shape of the weights or their gradient
 * @param y shape of the output or its gradient
 * @param swapped whether the weights are stored as {@code [I, O, kh, kw]} with respect to {@code w}; one group only
 * @param epilogue what a forward primitive does to its results
 */
record ConvKey(Direction direction, ConvSpec spec, Shape x, Shape w, Shape y, boolean swapped, Epilogue epilogue) {
    enum Direction {
        FORWARD,
        DATA,
        WEIGHTS
    }

    /**
     * Operations on the results of a forward convolution, in this order.
     *
     * @param scaled multiplied by one factor per channel
     * @param shifted increased by one summand per channel
     * @param slope of a leaky ReLU; 1 for none
     * @param clamp bound on magnitudes; infinite for none
     */
    record Epilogue(boolean scaled, boolean shifted, float slope, float clamp) {
        static final Epilogue NONE = new Epilogue(false, false, 1, Float.POSITIVE_INFINITY);
    }

    static ConvKey of(Direction direction, ConvSpec spec, Shape x, Shape w, Shape y) {
        return new ConvKey(direction, spec, x, w, y, false, Epilogue.NONE);
    }

    long[] strides() {
        return Dnnl.longs(spec.strideY(), spec.strideX());
    }

    long[] dilates() {
        return Dnnl.longs(spec.dilationY() - 1, spec.dilationX() - 1);
    }

    long[] before() {
        return Dnnl.longs(spec.padTop(), spec.padLeft());
    }

    /** What the library needs behind: it insists that sizes fit exactly, so unused rows count as cropped. */
    long[] after() {
        return Dnnl.longs(
                behind(x.dim(2), y.dim(2), w.dim(2), spec.strideY(), spec.dilationY(), spec.padTop()),
                behind(x.dim(3), y.dim(3), w.dim(3), spec.strideX(), spec.dilationX(), spec.padLeft()));
    }

    private static int behind(int in, int out, int kernel, int stride, int dilation, int before) {
        return (out - 1) * stride + dilation * (kernel - 1) + 1 - in - before;
    }

    memory.desc anyWeights() {
        return Dnnl.any(weightDims());
    }

    /** Stored weights, row-major. */
    memory.desc plainWeights() {
        long[] dims = weightDims();
        if (swapped) {
            long taps = dims[2] * dims[3];
            return Dnnl.desc(dims, new long[] {taps, dims[0] * taps, dims[3], 1});
        }
        long[] steps = new long[dims.length];
        long step = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            steps[i] = step;
            step *= dims[i];
        }
        return Dnnl.desc(dims, steps);
    }

    private long[] weightDims() {
        if (spec.groups() == 1) {
            return Dnnl.longs(w.dims());
        }
        return Dnnl.longs(spec.groups(), w.dim(0) / spec.groups(), w.dim(1), w.dim(2), w.dim(3));
    }

    memory.desc image(Shape shape) {
        return Dnnl.desc(shape, Layout.CHANNELS_LAST);
    }

    /** One number per channel of the output, for {@link Epilogue}. */
    memory.desc perChannel() {
        return Dnnl.desc(Shape.of(1, y.dim(1), 1, 1), Layout.CHANNELS_LAST);
    }
}

package org.semblance.onnx;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Arithmetic of numbers on the host. */
final class HostValues {
    private HostValues() {}

    static HostValue map(HostValue x, DoubleUnaryOperator f) {
        return new HostValue(x.dims(), Arrays.stream(x.data()).map(f).toArray(), x.whole());
    }

    /** With broadcasting. */
    static HostValue combine(HostValue a, HostValue b, DoubleBinaryOperator f) {
        int rank = Math.max(a.rank(), b.rank());
        int[] dims = new int[rank];
        long count = 1;
        for (int i = 0; i < rank; i++) {
            int m = extent(a, i - rank + a.rank());
            int n = extent(b, i - rank + b.rank());
            if (m != n && m != 1 && n != 1) {
                throw new IllegalArgumentException("extents must be equal or 1, got " + Arrays.toString(a.dims())
                        + " and " + Arrays.toString(b.dims()));
            }
            dims[i] = m == 1 ? n : m;
            count *= dims[i];
            if (count > OnnxTensor.MOST_ON_HOST) {
                throw new IllegalArgumentException("numbers on the host must be few, got " + Arrays.toString(dims));
            }
        }
        double[] to = new double[(int) count];
        for (int i = 0; i < to.length; i++) {
            to[i] = f.applyAsDouble(a.data()[index(a, dims, i)], b.data()[index(b, dims, i)]);
        }
        return new HostValue(dims, to, a.whole() && b.whole());
    }

    private static int extent(HostValue x, int axis) {
        return axis < 0 ? 1 : x.dims()[axis];
    }

    /** Where an operand holds the element of a result. */
    private static int index(HostValue x, int[] dims, int at) {
        int rest = at;
        int index = 0;
        int step = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            int place = rest % dims[i];
            rest /= dims[i];
            int axis = i - dims.length + x.rank();
            if (axis >= 0) {
                index += x.dims()[axis] == 1 ? 0 : place * step;
                step *= x.dims()[axis];
            }
        }
        return index;
    }
}

package org.semblance.onnx;

import java.util.Arrays;
import java.util.Map;
import org.semblance.backend.PoolSpec;
import org.semblance.ops.Pool2d;
import org.semblance.ops.Reduce;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Tensor;

/** Pools over windows and over everything. */
final class PoolOperators {
    private PoolOperators() {}

    static void register(Map<String, Operator.Maker> makers) {
        makers.put("MaxPool", call -> pool(call, true));
        makers.put("AveragePool", call -> pool(call, false));
        makers.put("GlobalAveragePool", PoolOperators::globalAverage);
        makers.put("GlobalMaxPool", PoolOperators::globalMax);
    }

    private static Operator globalAverage(Call call) {
        Source<Tensor> x = call.tensor(0);
        return Operator.tensor(env -> Reduce.mean(image(x.in(env)), 2, 3));
    }

    private static Operator globalMax(Call call) {
        Source<Tensor> x = call.tensor(0);
        return Operator.tensor(env -> {
            Tensor in = image(x.in(env));
            return Pool2d.max(in, Pool2d.valid(in.dim(2), in.dim(3), 1, 1));
        });
    }

    private static Operator pool(Call call, boolean max) {
        OnnxNode node = call.node();
        int[] kernel = node.integers("kernel_shape");
        if (kernel == null || kernel.length != 2) {
            throw new UnsupportedOperationException("kernels of another rank than 2");
        }
        Window window = Window.of(node, kernel[0], kernel[1]);
        if (window.dilations()[0] != 1 || window.dilations()[1] != 1) {
            throw new UnsupportedOperationException("dilations");
        }
        if (node.outputs().size() > 1 && !node.outputs().get(1).isEmpty()) {
            throw new UnsupportedOperationException("a second output (indices)");
        }
        boolean ceil = node.flag("ceil_mode", false);
        boolean counts = node.flag("count_include_pad", false);
        Source<Tensor> x = call.tensor(0);
        return Operator.tensor(env -> {
            Tensor in = image(x.in(env));
            int[] pads = window.padding(in.dim(2), in.dim(3));
            int below = ceil ? beyond(in.dim(2), pads[0], pads[2], window, 0) : 0;
            int right = ceil ? beyond(in.dim(3), pads[1], pads[3], window, 1) : 0;
            PoolSpec spec = spec(window, pads, below, right);
            env.room(Arrays.stream(spec.outShape(in.shape()).dims())
                    .asLongStream()
                    .toArray());
            if (max) {
                return Pool2d.max(in, spec);
            }
            if (counts) { // zeros that count are pixels; what ceil adds below them never counts
                env.room(in.dim(0), in.dim(1), in.dim(2) + pads[0] + pads[2], in.dim(3) + pads[1] + pads[3]);
                Tensor wide = Shapes.padImage(in, pads[1], pads[3], pads[0], pads[2]);
                return Pool2d.avg(wide, spec(window, new int[4], below, right));
            }
            return Pool2d.avg(in, spec);
        });
    }

    private static PoolSpec spec(Window w, int[] pads, int below, int right) {
        return new PoolSpec(
                w.kernel()[0],
                w.kernel()[1],
                w.strides()[0],
                w.strides()[1],
                pads[0],
                pads[2] + below,
                pads[1],
                pads[3] + right,
                false);
    }

    /** With ceil, rows below are added until the last window that begins inside is whole. */
    private static int beyond(int extent, int before, int after, Window w, int axis) {
        int stride = w.strides()[axis];
        int free = extent + before + after - w.kernel()[axis];
        int steps = Math.floorDiv(free + stride - 1, stride);
        boolean beginsInside = steps * stride < extent + before;
        return Math.max(0, (beginsInside ? steps : steps - 1) * stride - free);
    }

    private static Tensor image(Tensor x) {
        if (x.rank() != 4) {
            throw new IllegalArgumentException("x must be [N, C, H, W], got " + x.shape());
        }
        return x;
    }
}

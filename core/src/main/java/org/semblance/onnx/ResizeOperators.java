package org.semblance.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.ops.MatMul;
import org.semblance.ops.Resize;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Tensor;

/** Changes of size by interpolation, axis by axis: along an axis the result is a matrix times the values. */
final class ResizeOperators {
    /** From 4096 to 4096 pixels. */
    private static final int MOST_WEIGHTS = 1 << 24;

    private ResizeOperators() {}

    static void register(Map<String, Operator.Maker> makers) {
        makers.put("Resize", ResizeOperators::resize);
        makers.put("Upsample", ResizeOperators::upsample);
    }

    /**
     * How a place of the result maps to the input.
     *
     * @param mode nearest, linear or cubic
     * @param coordinates the transformation of coordinates
     * @param nearest how places are rounded
     * @param cubic coefficient of the cubic kernel
     */
    private record Method(String mode, String coordinates, String nearest, double cubic) {
        static Method of(OnnxNode node) {
            Method method = new Method(
                    node.text("mode", "nearest"),
                    node.text("coordinate_transformation_mode", "half_pixel"),
                    node.text("nearest_mode", "round_prefer_floor"),
                    node.number("cubic_coeff_a", -0.75f));
            require(List.of("nearest", "linear", "cubic"), method.mode, "mode");
            require(
                    List.of("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric", "half_pixel_symmetric"),
                    method.coordinates,
                    "coordinate_transformation_mode");
            require(
                    List.of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"),
                    method.nearest,
                    "nearest_mode");
            if (node.flag("antialias", false) || node.flag("exclude_outside", false)) {
                throw new UnsupportedOperationException("antialias and exclude_outside");
            }
            String policy = node.text("keep_aspect_ratio_policy", "stretch");
            require(List.of("stretch"), policy, "keep_aspect_ratio_policy");
            return method;
        }

        private static void require(List<String> known, String value, String what) {
            if (!known.contains(value)) {
                throw new UnsupportedOperationException(what + " " + value);
            }
        }

        /** In float32, as everybody computes it: with ties it matters. */
        private double source(int place, int from, int to, float scale) {
            return switch (coordinates) {
                case "align_corners" -> to == 1 ? 0 : (float) place * (from - 1) / (to - 1);
                case "asymmetric" -> place / scale;
                case "pytorch_half_pixel" -> to == 1 ? 0 : (place + 0.5f) / scale - 0.5f;
                case "half_pixel_symmetric" -> from / 2f * (1 - to / (scale * from)) + (place + 0.5f) / scale - 0.5f;
                default -> (place + 0.5f) / scale - 0.5f;
            };
        }

        /** {@code [to, from]}. */
        HostArray matrix(int from, int to, double scale) {
            if ((long) to * from > MOST_WEIGHTS) {
                throw new IllegalArgumentException(
                        "at most " + MOST_WEIGHTS + " weights of an axis are supported, got " + from + " to " + to);
            }
            float[] matrix = new float[to * from];
            for (int place = 0; place < to; place++) {
                double at = source(place, from, to, (float) scale);
                switch (mode) {
                    case "nearest" -> matrix[place * from + clamped(rounded(at), from)] = 1;
                    case "linear" -> linear(at, matrix, place * from, from);
                    default -> cubic(at, matrix, place * from, from);
                }
            }
            return HostArray.of(matrix, to, from);
        }

        private double rounded(double at) {
            return switch (nearest) {
                case "floor" -> Math.floor(at);
                case "ceil" -> Math.ceil(at);
                case "round_prefer_ceil" -> Math.floor(at + 0.5);
                default -> Math.ceil(at - 0.5);
            };
        }

        private static int clamped(double place, int n) {
            return (int) Math.max(0, Math.min(n - 1, place));
        }

        private static void linear(double at, float[] to, int row, int n) {
            double inside = Math.max(0, Math.min(n - 1, at));
            int low = (int) inside;
            double share = inside - low;
            to[row + low] += (float) (1 - share);
            to[row + Math.min(low + 1, n - 1)] += (float) share;
        }

        private void cubic(double at, float[] to, int row, int n) {
            double base = Math.floor(at);
            for (int k = -1; k <= 2; k++) {
                to[row + clamped(base + k, n)] += (float) kernel(Math.abs(at - base - k));
            }
        }

        private double kernel(double d) {
            double a = cubic;
            return d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
        }

        boolean isBilinear() {
            return mode.equals("linear") && coordinates.equals("half_pixel");
        }
    }

    private static Operator resize(Call call) {
        if (call.opset() < 11) {
            return upsample(call);
        }
        Method method = Method.of(call.node());
        Source<HostValue> scales = call.has(2) ? call.host(2) : null;
        Source<HostValue> sizes = call.has(3) ? call.host(3) : null;
        int[] axes = call.node().integers("axes");
        Source<Tensor> x = call.tensor(0);
        return Operator.tensor(env -> {
            double[] factors = scales == null ? new double[0] : scales.in(env).data();
            int[] wanted = sizes == null ? null : sizes.in(env).ints();
            return resized(env, x.in(env), method, factors, wanted, axes);
        });
    }

    /** Its older form: scales as an input from version 9 on, as an attribute before; places are not centred. */
    private static Operator upsample(Call call) {
        Method method = new Method(call.node().text("mode", "nearest"), "asymmetric", "floor", 0);
        if (!List.of("nearest", "linear").contains(method.mode)) {
            throw new UnsupportedOperationException("mode " + method.mode);
        }
        OnnxAttribute attribute = call.node().attributes().get("scales");
        double[] known = attribute == null ? new double[0] : attribute.numbers();
        Source<HostValue> scales = call.has(1) ? call.host(1) : env -> HostValue.list(known);
        Source<Tensor> x = call.tensor(0);
        return Operator.tensor(
                env -> resized(env, x.in(env), method, scales.in(env).data(), null, null));
    }

    private static Tensor resized(
            Env env, Tensor x, Method method, double[] scales, int @Nullable [] sizes, int @Nullable [] axes) {
        int rank = x.rank();
        double[] factors = new double[rank];
        long[] to = Arrays.stream(x.shape().dims()).asLongStream().toArray();
        Arrays.fill(factors, 1);
        int given = sizes != null ? sizes.length : scales.length;
        if (given != (axes == null ? rank : axes.length)) {
            throw new IllegalArgumentException("one size or scale per axis is needed, got " + given);
        }
        for (int i = 0; i < given; i++) {
            int axis = axes == null ? i : Env.axis(axes[i], rank);
            to[axis] = sizes != null ? sizes[i] : (long) Math.floor(x.dim(axis) * scales[i]);
            factors[axis] = sizes != null ? (double) sizes[i] / x.dim(axis) : scales[i];
        }
        Shape shape = env.room(to);
        if (shape.count() == 0 || Arrays.stream(factors).anyMatch(f -> !(f > 0) || Double.isInfinite(f))) {
            throw new IllegalArgumentException("sizes and scales must be positive, got " + shape);
        }
        return along(env, x, method, shape, factors);
    }

    private static Tensor along(Env env, Tensor x, Method method, Shape to, double[] factors) {
        boolean image = x.rank() == 4 && x.dim(0) == to.dim(0) && x.dim(1) == to.dim(1);
        boolean exact =
                image && factors[2] == (double) to.dim(2) / x.dim(2) && factors[3] == (double) to.dim(3) / x.dim(3);
        if (exact && method.isBilinear()) {
            return Resize.bilinear(x, to.dim(2), to.dim(3));
        }
        Tensor y = x;
        for (int axis = x.rank() - 1; axis >= 0; axis--) {
            if (y.dim(axis) != to.dim(axis) || factors[axis] != 1) {
                long rows = y.shape().count() / Math.max(1, y.dim(axis));
                env.room(rows, to.dim(axis));
                env.work((double) rows * y.dim(axis) * to.dim(axis));
                y = along(y, axis, method.matrix(y.dim(axis), to.dim(axis), factors[axis]));
            }
        }
        return y;
    }

    private static Tensor along(Tensor x, int axis, HostArray matrix) {
        int last = x.rank() - 1;
        int[] swap = new int[x.rank()];
        Arrays.setAll(swap, i -> i == axis ? last : i == last ? axis : i);
        Tensor turned = axis == last ? x : Shapes.permute(x, swap);
        Tensor m = Tensor.of(x.device(), matrix);
        int n = turned.dim(last);
        Tensor rows = Shapes.reshape(turned, Shape.of((int) (turned.shape().count() / n), n));
        Tensor product = MatMul.of(rows, false, m, true);
        Tensor y = Shapes.reshape(product, turned.shape().with(last, m.dim(0)));
        return axis == last ? y : Shapes.permute(y, swap);
    }
}

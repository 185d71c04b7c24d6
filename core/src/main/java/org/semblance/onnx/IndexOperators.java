package org.semblance.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.semblance.array.Shape;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Tensor;

/** Operators that pick, join and pad along axes. */
final class IndexOperators {
    private static final int MOST_PICKED = 1 << 12;

    private IndexOperators() {}

    static void register(Map<String, Operator.Maker> makers) {
        makers.put("Concat", IndexOperators::concat);
        makers.put("Split", IndexOperators::split);
        makers.put("Slice", IndexOperators::slice);
        makers.put("Gather", IndexOperators::gather);
        makers.put("Pad", IndexOperators::pad);
    }

    private static Operator concat(Call call) {
        long axis = call.node().integer("axis", 1);
        List<Source<Value>> parts = new ArrayList<>();
        for (int i = 0; i < call.count(); i++) {
            parts.add(call.value(i));
        }
        return Operator.one(env -> {
            List<Value> values = parts.stream().map(p -> p.in(env)).toList();
            if (values.stream().allMatch(HostValue.class::isInstance)) {
                return joined(values);
            }
            List<Tensor> tensors = values.stream().map(env::tensor).toList();
            int along = Env.axis(axis, tensors.get(0).rank());
            env.room(tensors.stream().mapToLong(t -> t.shape().count()).sum());
            return new Value.Of(Shapes.concat(along, tensors));
        });
    }

    /** Lists of numbers one behind the other. */
    private static HostValue joined(List<Value> values) {
        boolean whole = true;
        long count = 0;
        List<double[]> all = new ArrayList<>();
        for (Value value : values) {
            if (value.rank() != 1) {
                throw new IllegalArgumentException("numbers on the host join as lists only, got rank " + value.rank());
            }
            all.add(((HostValue) value).data());
            count += ((HostValue) value).data().length;
            if (count > OnnxTensor.MOST_ON_HOST) {
                throw new IllegalArgumentException("lists of numbers on the host must have at most "
                        + OnnxTensor.MOST_ON_HOST + " elements, got " + count);
            }
            whole &= ((HostValue) value).whole();
        }
        double[] data = all.stream().flatMapToDouble(Arrays::stream).toArray();
        return new HostValue(new int[] {data.length}, data, whole);
    }

    private static Operator split(Call call) {
        OnnxNode node = call.node();
        long axis = node.integer("axis", 0);
        int results = node.outputs().size();
        int[] attribute = node.integers("split");
        Source<HostValue> input = call.has(1) ? call.host(1) : null;
        Source<Tensor> x = call.tensor(0);
        return env -> {
            Tensor in = x.in(env);
            int a = Env.axis(axis, in.rank());
            int[] sizes =
                    input != null ? input.in(env).ints() : attribute != null ? attribute : even(in.dim(a), results);
            List<Value> parts = new ArrayList<>();
            int at = 0;
            for (int size : sizes) {
                parts.add(new Value.Of(Shapes.narrow(in, a, at, Math.addExact(at, size))));
                at += size;
            }
            if (parts.size() != results || at != in.dim(a)) {
                throw new IllegalArgumentException(
                        "split must cover " + in.dim(a) + " in " + results + " parts, got " + Arrays.toString(sizes));
            }
            return parts;
        };
    }

    /** Equal parts, the last one smaller. */
    private static int[] even(int extent, int parts) {
        int size = (extent + parts - 1) / parts;
        return IntStream.range(0, parts)
                .map(i -> Math.max(0, Math.min(size, extent - i * size)))
                .toArray();
    }

    private static Operator slice(Call call) {
        boolean byInputs = call.has(1);
        Source<long[]> starts = byInputs ? longs(call, 1) : attribute(call, "starts");
        Source<long[]> ends = byInputs ? longs(call, 2) : attribute(call, "ends");
        Source<long[]> axes = call.has(3) ? longs(call, 3) : attribute(call, "axes");
        Source<long[]> steps = call.has(4) ? longs(call, 4) : env -> new long[0];
        Source<Value> x = call.value(0);
        return Operator.one(env -> {
            Value y = x.in(env);
            long[] from = starts.in(env);
            long[] to = ends.in(env);
            long[] along = axes.in(env);
            long[] step = steps.in(env);
            for (int i = 0; i < from.length; i++) {
                int axis = Env.axis(along.length == 0 ? i : along[i], y.rank());
                Range range = Range.of(from[i], to[i], step.length == 0 ? 1 : step[i], ShapeOperators.dims(y)[axis]);
                y = range.of(y, axis);
            }
            return y;
        });
    }

    private static Source<long[]> longs(Call call, int input) {
        Source<HostValue> numbers = call.host(input);
        return env -> numbers.in(env).longs();
    }

    private static Source<long[]> attribute(Call call, String name) {
        OnnxAttribute attribute = call.node().attributes().get(name);
        long[] known = attribute == null
                ? new long[0]
                : HostValue.list(attribute.numbers()).longs();
        return env -> known;
    }

    /** Indices {@code from, from + step, ...}, {@code count} of them. */
    private record Range(int from, int count, int step) {
        static Range of(long start, long end, long step, int n) {
            if (step == 0 || step == Long.MIN_VALUE) {
                throw new IllegalArgumentException("step must not be " + step);
            }
            boolean forward = step > 0;
            long from = bounded(start, n, forward ? 0 : -1, forward ? n : n - 1);
            long to = bounded(end, n, forward ? 0 : -1, forward ? n : n - 1);
            long by = Math.min(Math.abs(step), Math.max(n, 1));
            long way = forward ? to - from : from - to;
            long count = Math.max(0, (way + by - 1) / by);
            return new Range((int) from, (int) count, (int) (forward ? by : -by));
        }

        private static long bounded(long index, int n, long low, long high) {
            return Math.max(low, Math.min(high, index < 0 ? index + n : index));
        }

        Value of(Value x, int axis) {
            if (x instanceof HostValue host) {
                if (host.rank() != 1) {
                    throw new IllegalArgumentException("numbers on the host must be a list, got rank " + host.rank());
                }
                double[] picked = IntStream.range(0, count)
                        .mapToDouble(i -> host.data()[from + i * step])
                        .toArray();
                return new HostValue(new int[] {count}, picked, host.whole());
            }
            return new Value.Of(of(((Value.Of) x).tensor(), axis));
        }

        private Tensor of(Tensor x, int axis) {
            if (count == 0) {
                throw new IllegalArgumentException("a slice must hold something, got none of axis " + axis);
            }
            int last = from + (count - 1) * step;
            Tensor part = Shapes.narrow(x, axis, Math.min(from, last), Math.max(from, last) + 1);
            Tensor ordered = step < 0 ? Shapes.flip(part, axis) : part;
            return Math.abs(step) == 1 ? ordered : everyOther(ordered, axis, Math.abs(step));
        }

        /** The first of each group of {@code by}. */
        private Tensor everyOther(Tensor x, int axis, int by) {
            int[] after = new int[x.rank()];
            after[axis] = count * by - x.dim(axis);
            Tensor whole = Shapes.pad(x, new int[x.rank()], after);
            int[] split = new int[x.rank() + 1];
            for (int i = 0; i < split.length; i++) {
                split[i] = i < axis ? x.dim(i) : i == axis ? count : i == axis + 1 ? by : x.dim(i - 1);
            }
            return Shapes.select(Shapes.reshape(whole, Shape.of(split)), axis + 1, 0);
        }
    }

    private static Operator gather(Call call) {
        long axis = call.node().integer("axis", 0);
        Source<HostValue> indices = call.host(1);
        Source<Value> x = call.value(0);
        return Operator.one(env -> {
            Value in = x.in(env);
            HostValue at = indices.in(env);
            int[] dims = ShapeOperators.dims(in);
            int a = Env.axis(axis, dims.length);
            int[] picked =
                    Arrays.stream(at.ints()).map(i -> Env.axis(i, dims[a])).toArray();
            if (in instanceof HostValue host && dims.length == 1) {
                double[] data =
                        Arrays.stream(picked).mapToDouble(i -> host.data()[i]).toArray();
                return new HostValue(at.dims(), data, host.whole());
            }
            return new Value.Of(gathered(env, env.tensor(in), a, picked, at.dims()));
        });
    }

    private static Tensor gathered(Env env, Tensor x, int axis, int[] picked, int[] shape) {
        if (picked.length == 0 || picked.length > MOST_PICKED) {
            throw new IllegalArgumentException("1 to " + MOST_PICKED + " indices are supported, got " + picked.length);
        }
        int[] dims = new int[x.rank() - 1 + shape.length];
        for (int i = 0; i < dims.length; i++) {
            boolean inside = i >= axis && i < axis + shape.length;
            dims[i] = inside ? shape[i - axis] : x.dim(i < axis ? i : i - shape.length + 1);
        }
        Shape made = env.room(Arrays.stream(dims).asLongStream().toArray());
        List<Tensor> parts = Arrays.stream(picked)
                .mapToObj(i -> Shapes.narrow(x, axis, i, i + 1))
                .toList();
        return Shapes.reshape(Shapes.concat(axis, parts), made);
    }

    private static Operator pad(Call call) {
        String mode = call.node().text("mode", "constant");
        if (!List.of("constant", "reflect", "edge", "wrap").contains(mode)) {
            throw new UnsupportedOperationException("mode " + mode);
        }
        int[] attribute = call.node().integers("pads");
        Source<int[]> pads;
        if (attribute != null) {
            pads = env -> attribute;
        } else {
            Source<HostValue> input = call.host(1);
            pads = env -> input.in(env).ints();
        }
        Source<HostValue> fill = call.has(2) ? call.host(2) : null;
        float byAttribute = call.node().number("value", 0);
        Source<HostValue> axes = call.has(3) ? call.host(3) : null;
        Source<Tensor> x = call.tensor(0);
        return Operator.tensor(env -> {
            Tensor in = x.in(env);
            int[] along = axes == null
                    ? IntStream.range(0, in.rank()).toArray()
                    : axes.in(env).ints();
            float value = fill == null ? byAttribute : (float) fill.in(env).item();
            return padded(env, in, pads.in(env), along, mode, value);
        });
    }

    private static Tensor padded(Env env, Tensor x, int[] pads, int[] axes, String mode, float value) {
        if (pads.length != 2 * axes.length) {
            throw new IllegalArgumentException(
                    "pads must have " + 2 * axes.length + " numbers, got " + Arrays.toString(pads));
        }
        int[] before = new int[x.rank()];
        int[] after = new int[x.rank()];
        long[] dims = Arrays.stream(x.shape().dims()).asLongStream().toArray();
        for (int i = 0; i < axes.length; i++) {
            int axis = Env.axis(axes[i], x.rank());
            before[axis] = pads[i];
            after[axis] = pads[i + axes.length];
            dims[axis] += (long) before[axis] + after[axis];
        }
        env.room(dims);
        if (mode.equals("constant")) {
            return value == 0
                    ? Shapes.pad(x, before, after)
                    : Elementwise.shift(Shapes.pad(Elementwise.shift(x, -value), before, after), value);
        }
        Tensor y = x;
        for (int axis = 0; axis < x.rank(); axis++) {
            y = Borders.of(mode).extended(y, axis, before[axis], after[axis]);
        }
        return y;
    }
}

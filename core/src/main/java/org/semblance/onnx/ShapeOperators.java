package org.semblance.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.semblance.array.Shape;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Tensor;

/** Operators that change shapes and move nothing, or only whole axes. */
final class ShapeOperators {
    private ShapeOperators() {}

    static void register(Map<String, Operator.Maker> makers) {
        makers.put("Identity", ShapeOperators::identity);
        makers.put("Dropout", ShapeOperators::dropout);
        makers.put("Flatten", ShapeOperators::flatten);
        makers.put("Reshape", ShapeOperators::reshape);
        makers.put("Transpose", ShapeOperators::transpose);
        makers.put("Squeeze", ShapeOperators::squeeze);
        makers.put("Unsqueeze", ShapeOperators::unsqueeze);
        makers.put("Shape", ShapeOperators::shape);
        makers.put("Size", ShapeOperators::size);
        makers.put("Expand", ShapeOperators::expand);
        makers.put("ConstantOfShape", ShapeOperators::filled);
    }

    private static Operator identity(Call call) {
        Source<Value> x = call.value(0);
        return Operator.one(x::in);
    }

    private static Operator dropout(Call call) {
        if (call.has(2) && call.known(2).host().item() != 0) {
            throw new UnsupportedOperationException("training_mode");
        }
        return identity(call);
    }

    /** A value under another shape. */
    static Value reshaped(Value x, Shape shape) {
        if (x instanceof HostValue host) {
            if (shape.count() != host.data().length) {
                throw new IllegalArgumentException(
                        "the count of elements must stay, got " + Arrays.toString(host.dims()) + " as " + shape);
            }
            return new HostValue(shape.dims(), host.data(), host.whole());
        }
        return new Value.Of(Shapes.reshape(((Value.Of) x).tensor(), shape));
    }

    static int[] dims(Value x) {
        return x instanceof HostValue host
                ? host.dims()
                : ((Value.Of) x).tensor().shape().dims();
    }

    private static Operator flatten(Call call) {
        long axis = call.node().integer("axis", 1);
        Source<Value> x = call.value(0);
        return Operator.one(env -> {
            Value in = x.in(env);
            int[] dims = dims(in);
            int at = axis == dims.length ? dims.length : Env.axis(axis, dims.length);
            int rows = Shape.of(Arrays.copyOf(dims, at)).intCount();
            int columns = Shape.of(Arrays.copyOfRange(dims, at, dims.length)).intCount();
            return reshaped(in, Shape.of(rows, columns));
        });
    }

    private static Operator reshape(Call call) {
        boolean zeroStays = !call.node().flag("allowzero", false);
        Source<Value> x = call.value(0);
        Source<HostValue> wanted = call.host(1);
        return Operator.one(env -> {
            Value in = x.in(env);
            return reshaped(in, target(dims(in), wanted.in(env).ints(), zeroStays));
        });
    }

    /** 0 keeps an extent, -1 takes what is left. */
    private static Shape target(int[] from, int[] wanted, boolean zeroStays) {
        long[] to = new long[wanted.length];
        long known = 1;
        int open = -1;
        for (int i = 0; i < to.length; i++) {
            to[i] = wanted[i] == 0 && zeroStays ? kept(from, i) : wanted[i];
            if (to[i] == -1 && open < 0) {
                open = i;
            } else if (to[i] < 0) {
                throw new IllegalArgumentException("shape must have one -1 at most, got " + Arrays.toString(wanted));
            } else {
                known = Math.multiplyExact(known, to[i]);
            }
        }
        if (open >= 0) {
            long count = Shape.of(from).count();
            if (known == 0 || count % known != 0) {
                throw new IllegalArgumentException(
                        "shape " + Arrays.toString(wanted) + " must divide " + Arrays.toString(from));
            }
            to[open] = count / known;
        }
        return Env.limited(to);
    }

    private static int kept(int[] from, int axis) {
        if (axis >= from.length) {
            throw new IllegalArgumentException("0 keeps an extent, but there is no axis " + axis);
        }
        return from[axis];
    }

    private static Operator transpose(Call call) {
        int[] perm = call.node().integers("perm");
        Source<Tensor> x = call.tensor(0);
        return Operator.tensor(env -> {
            Tensor in = x.in(env);
            int rank = in.rank();
            int[] axes = perm != null
                    ? perm
                    : IntStream.range(0, rank).map(i -> rank - 1 - i).toArray();
            return isOrder(axes) && axes.length == rank ? in : Shapes.permute(in, axes);
        });
    }

    private static boolean isOrder(int[] axes) {
        return Arrays.equals(axes, IntStream.range(0, axes.length).toArray());
    }

    /** Axes as an attribute up to version 12, as an input after; null if neither is there. */
    static Source<int[]> axes(Call call, int input) {
        if (call.has(input)) {
            Source<HostValue> axes = call.host(input);
            return env -> axes.in(env).ints();
        }
        int[] axes = call.node().integers("axes");
        int[] known = axes == null ? new int[0] : axes;
        return env -> known;
    }

    private static Operator squeeze(Call call) {
        Source<int[]> axes = axes(call, 1);
        Source<Value> x = call.value(0);
        return Operator.one(env -> {
            Value in = x.in(env);
            int[] dims = dims(in);
            int[] wanted = axes.in(env);
            List<Integer> gone = Arrays.stream(wanted)
                    .map(a -> Env.axis(a, dims.length))
                    .boxed()
                    .toList();
            for (int axis : gone) {
                if (dims[axis] != 1) {
                    throw new IllegalArgumentException(
                            "axis " + axis + " must have extent 1, got " + Arrays.toString(dims));
                }
            }
            int[] rest = IntStream.range(0, dims.length)
                    .filter(i -> wanted.length == 0 ? dims[i] != 1 : !gone.contains(i))
                    .map(i -> dims[i])
                    .toArray();
            return reshaped(in, Shape.of(rest));
        });
    }

    private static Operator unsqueeze(Call call) {
        Source<int[]> axes = axes(call, 1);
        Source<Value> x = call.value(0);
        return Operator.one(env -> {
            Value in = x.in(env);
            int[] dims = dims(in);
            int[] wanted = axes.in(env);
            int rank = dims.length + wanted.length;
            int[] to = new int[rank];
            for (int axis : wanted) {
                to[Env.axis(axis, rank)] = 1;
            }
            int at = 0;
            for (int i = 0; i < rank; i++) {
                if (to[i] == 0) {
                    to[i] = dims[at++];
                }
            }
            return reshaped(in, Shape.of(to));
        });
    }

    private static Operator shape(Call call) {
        long start = call.node().integer("start", 0);
        long end = call.node().integer("end", Integer.MAX_VALUE);
        Source<Value> x = call.value(0);
        return Operator.one(env -> {
            int[] dims = dims(x.in(env));
            int from = bounded(start, dims.length);
            int to = Math.max(from, bounded(end, dims.length));
            return HostValue.list(Arrays.stream(dims, from, to).asDoubleStream().toArray());
        });
    }

    private static int bounded(long index, int n) {
        return (int) Math.max(0, Math.min(n, index < 0 ? index + n : index));
    }

    private static Operator size(Call call) {
        Source<Value> x = call.value(0);
        return Operator.one(env -> new HostValue(
                new int[0], new double[] {Shape.of(dims(x.in(env))).count()}, true));
    }

    private static Operator expand(Call call) {
        Source<Tensor> x = call.tensor(0);
        Source<HostValue> wanted = call.host(1);
        return Operator.tensor(env -> {
            int[] to = wanted.in(env).ints();
            Tensor in = ArithmeticOperators.ranked(x.in(env), to.length);
            long[] dims = new long[in.rank()];
            for (int i = 0; i < dims.length; i++) {
                int k = i - dims.length + to.length;
                dims[i] = k < 0 || to[k] == 1 ? in.dim(i) : to[k];
            }
            return Shapes.broadcastTo(in, env.room(dims));
        });
    }

    private static Operator filled(Call call) {
        OnnxAttribute value = call.node().attributes().get("value");
        double fill = value == null || value.tensor() == null
                ? 0
                : Constant.of(value.tensor()).host().item();
        Source<HostValue> wanted = call.host(0);
        return Operator.one(env -> {
            Shape shape = Env.limited(wanted.in(env).longs());
            if (shape.count() > OnnxTensor.MOST_ON_HOST) {
                throw new IllegalArgumentException("a filled shape must be small, got " + shape);
            }
            double[] data = new double[shape.intCount()];
            Arrays.fill(data, fill);
            return new HostValue(shape.dims(), data, fill == Math.rint(fill));
        });
    }
}

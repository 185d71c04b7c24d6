package org.semblance.onnx;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.tensor.Tensor;

/** The values of one run of a graph. */
final class Env {
    /** Most elements of one value: a file cannot ask for more than 1 GiB at a time. */
    private static final long MOST = 1L << 28;

    private final Device device;
    private final OnnxBudget budget;
    private final Map<String, Value> values = new HashMap<>();

    Env(Device device, OnnxBudget budget) {
        this.device = device;
        this.budget = budget;
    }

    /** A shape that a file may ask for, and that there is room for. */
    Shape room(long... dims) {
        Shape shape = limited(dims);
        budget.require(shape.count());
        return shape;
    }

    /** Multiplications that are about to be done. */
    void work(double count) {
        budget.work((long) count);
    }

    Value get(String name) {
        Value value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("value '" + name + "' is not made before it is read");
        }
        return value;
    }

    @Nullable
    Value find(String name) {
        return values.get(name);
    }

    void put(String name, Value value) {
        if (value instanceof Value.Of of) {
            budget.take(of.tensor().shape().count());
        }
        values.put(name, value);
    }

    /** A value as a tensor; numbers on the host are sent to the device. */
    Tensor tensor(Value value) {
        return value instanceof Value.Of of ? of.tensor() : upload(((HostValue) value).floats());
    }

    Tensor upload(HostArray array) {
        return Tensor.of(device, array);
    }

    /** A shape that a file may ask for. */
    static Shape limited(long... dims) {
        long count = 1;
        int[] checked = new int[dims.length];
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] < 0 || dims[i] > MOST) {
                throw tooLarge(dims);
            }
            count *= Math.max(dims[i], 1);
            if (count > MOST) {
                throw tooLarge(dims);
            }
            checked[i] = (int) dims[i];
        }
        return Shape.of(checked);
    }

    private static IllegalArgumentException tooLarge(long[] dims) {
        return new IllegalArgumentException(
                "a value must have at most " + MOST + " elements, got " + Arrays.toString(dims));
    }

    /** An axis that may count from the end. */
    static int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw new IllegalArgumentException("axis must lie in [-" + rank + ", " + rank + "), got " + axis);
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }
}

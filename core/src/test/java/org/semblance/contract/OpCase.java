package org.semblance.contract;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.tensor.Tensor;

/**
 * One operation on given inputs, of which the proofs are derived.
 *
 * @param name what is tested
 * @param inputs values, away from kinks by more than {@link #STEP} times 2
 * @param op the operation
 * @param orders how many orders of gradient are proved
 * @param linear whether the operation is linear in its first input
 */
public record OpCase(String name, List<HostArray> inputs, Op op, int orders, boolean linear) {
    /** Step of the finite differences. */
    public static final double STEP = 1e-2;

    /** A function of tensors. */
    @FunctionalInterface
    public interface Op {
        Tensor of(List<Tensor> inputs);
    }

    public static OpCase of(String name, Op op, HostArray... inputs) {
        return new OpCase(name, List.of(inputs), op, 2, false);
    }

    public static OpCase linear(String name, Op op, HostArray... inputs) {
        return new OpCase(name, List.of(inputs), op, 2, true);
    }

    public OpCase orders(int count) {
        return new OpCase(name, inputs, op, count, linear);
    }

    /** Normal values. */
    public static HostArray normal(long seed, int... dims) {
        Random random = new Random(seed);
        float[] data = new float[Shape.of(dims).intCount()];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) random.nextGaussian();
        }
        return HostArray.of(data, dims);
    }

    /** Values in [low, high). */
    public static HostArray between(long seed, double low, double high, int... dims) {
        Random random = new Random(seed);
        float[] data = new float[Shape.of(dims).intCount()];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) (low + (high - low) * random.nextDouble());
        }
        return HostArray.of(data, dims);
    }

    /** Values of either sign with magnitudes in [0.2, 1.2): no step crosses 0. */
    public static HostArray awayFromZero(long seed, int... dims) {
        HostArray x = between(seed, 0.2, 1.2, dims);
        Random random = new Random(seed + 1);
        for (int i = 0; i < x.data().length; i++) {
            x.data()[i] *= random.nextBoolean() ? 1 : -1;
        }
        return x;
    }

    /** All different by at least 0.1, shuffled: no step changes which is largest. */
    public static HostArray distinct(long seed, int... dims) {
        int n = Shape.of(dims).intCount();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(seed));
        float[] data = new float[n];
        for (int i = 0; i < n; i++) {
            data[i] = 0.1f * (order.get(i) - n / 2);
        }
        return HostArray.of(data, dims);
    }

    @Override
    public String toString() {
        return name;
    }
}

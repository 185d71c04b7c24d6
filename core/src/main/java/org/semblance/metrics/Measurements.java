package org.semblance.metrics;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.semblance.array.HostArray;

/** What networks said about pairs, batch after batch: rows and numbers by name. */
final class Measurements {
    /** The pictures that rows are of. */
    enum Of {
        IDENTITY,
        ATTRIBUTES,
        OUTPUT,
        RECONSTRUCTION,
        ATTRIBUTE_RECONSTRUCTION,
        SWAP
    }

    private static final class Stack {
        private final int width;
        private float[] data;
        private int size;

        Stack(int width) {
            this.width = width;
            data = new float[64 * width];
        }

        void add(float[] more) {
            if (size + more.length > data.length) {
                data = Arrays.copyOf(data, Math.max(2 * data.length, size + more.length));
            }
            System.arraycopy(more, 0, data, size, more.length);
            size += more.length;
        }
    }

    private final Map<String, Stack> stacks = new LinkedHashMap<>();

    private static String name(String network, Of of) {
        return network + "/" + of;
    }

    void add(String network, Of of, HostArray rows) {
        Statistics.requireRows(network, rows);
        stacks.computeIfAbsent(name(network, of), n -> new Stack(rows.shape().dim(1)))
                .add(rows.data());
    }

    void add(String what, Of of, double[] numbers) {
        float[] rows = new float[numbers.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) numbers[i];
        }
        add(what, of, HostArray.of(rows, rows.length, 1));
    }

    boolean has(String network, Of of) {
        return stacks.containsKey(name(network, of));
    }

    HostArray rows(String network, Of of) {
        Stack stack = Objects.requireNonNull(stacks.get(name(network, of)), name(network, of));
        return HostArray.of(Arrays.copyOf(stack.data, stack.size), stack.size / stack.width, stack.width);
    }

    double[] numbers(String what, Of of) {
        return Statistics.column(rows(what, of), 0);
    }

    /** Both sets of rows, one after the other. */
    HostArray joined(String network, List<Of> sets) {
        Stack all = new Stack(rows(network, sets.get(0)).shape().dim(1));
        sets.forEach(of -> all.add(rows(network, of).data()));
        return HostArray.of(Arrays.copyOf(all.data, all.size), all.size / all.width, all.width);
    }
}

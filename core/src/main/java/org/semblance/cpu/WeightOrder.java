package org.semblance.cpu;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.LongPointer;
import org.jspecify.annotations.Nullable;

/**
 * An order of weights in memory, comparable by value: primitives that agree on it share one reordered copy.
 *
 * @param numbers extents, padded extents, strides and inner blocks of the descriptor, and its size. Its blob would not
 *     do: that is the raw C structure, whose padding bytes are arbitrary
 * @param swapped whether it is filled from weights whose first two axes are swapped
 */
record WeightOrder(List<Long> numbers, boolean swapped) {
    static WeightOrder of(memory.desc desc, boolean swapped) {
        List<Long> numbers = new ArrayList<>();
        numbers.add(desc.get_size());
        add(numbers, desc.get_dims());
        add(numbers, desc.get_padded_dims());
        add(numbers, desc.get_strides());
        add(numbers, desc.get_inner_blks());
        add(numbers, desc.get_inner_idxs());
        return new WeightOrder(List.copyOf(numbers), swapped);
    }

    /** The binding gives null where there is none. */
    private static void add(List<Long> numbers, @Nullable LongPointer values) {
        if (values == null) {
            numbers.add(0L);
            return;
        }
        try (values) {
            numbers.add(values.limit());
            for (long i = 0; i < values.limit(); i++) {
                numbers.add(values.get(i));
            }
        }
    }
}

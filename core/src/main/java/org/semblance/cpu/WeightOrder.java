package org.semblance.cpu;

import java.util.Arrays;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.BytePointer;

/** An order of weights in memory, comparable by value: primitives that agree on it share one reordered copy. */
final class WeightOrder {
    private final byte[] blob;
    private final boolean swapped;

    private WeightOrder(byte[] blob, boolean swapped) {
        this.blob = blob;
        this.swapped = swapped;
    }

    /** The order of a descriptor, filled from weights whose first two axes are swapped or not. */
    static WeightOrder of(memory.desc desc, boolean swapped) {
        try (BytePointer bytes = desc.get_blob()) {
            byte[] blob = new byte[(int) bytes.limit()];
            bytes.get(blob);
            return new WeightOrder(blob, swapped);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WeightOrder order && swapped == order.swapped && Arrays.equals(blob, order.blob);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(blob);
    }
}

package org.semblance.cpu;

import java.util.Arrays;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.BytePointer;

/** An order of weights in memory, comparable by value: primitives that agree on it share one reordered copy. */
final class WeightOrder {
    private final byte[] blob;

    private WeightOrder(byte[] blob) {
        this.blob = blob;
    }

    static WeightOrder of(memory.desc desc) {
        try (BytePointer bytes = desc.get_blob()) {
            byte[] blob = new byte[(int) bytes.limit()];
            bytes.get(blob);
            return new WeightOrder(blob);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WeightOrder && Arrays.equals(blob, ((WeightOrder) other).blob);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(blob);
    }
}

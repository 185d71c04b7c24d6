package org.semblance.cuda;

import java.util.ArrayList;
import java.util.List;
import org.semblance.array.Memory;

/** Device memory that is held together and freed together. */
final class Blocks implements AutoCloseable {
    private static final int HALF = 2;

    private final DevicePool pool;
    private final List<Memory> all = new ArrayList<>();

    Blocks(DevicePool pool) {
        this.pool = pool;
    }

    /** Address of a new block. */
    long bytes(long count) {
        Memory block = pool.allocate(count);
        all.add(block);
        return block.address();
    }

    /** Address of so many new float32 elements. */
    long floats(long count) {
        return bytes(count * Float.BYTES);
    }

    /** Address of so many new elements of 16 bits. */
    long halves(long count) {
        return bytes(count * HALF);
    }

    @Override
    public void close() {
        Ending.each(all, Memory::release);
    }
}

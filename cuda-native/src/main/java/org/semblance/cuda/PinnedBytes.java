package org.semblance.cuda;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.semblance.array.Memory;
import org.semblance.backend.BackendException;

/**
 * Page-locked buffers that 8-bit pictures leave the device through, one per call at a time. A few unused ones are kept
 * for the next call. Behind the pixels, at the next address that four divides, stands a flag that is not 0 if a value was
 * not finite.
 */
final class PinnedBytes {
    private static final int KEPT = 4;

    private final Driver driver;
    private final Deque<PinnedBlock> idle = new ArrayDeque<>();

    PinnedBytes(Driver driver) {
        this.driver = driver;
    }

    /** Where the flag stands behind so many pixels' bytes: its address on the device must be that of an int. */
    static int flagAt(int length) {
        return Math.addExact(length, Integer.BYTES - 1) / Integer.BYTES * Integer.BYTES;
    }

    /** Bytes of the pixels and the flag. */
    static int bytes(int length) {
        return Math.addExact(flagAt(length), Integer.BYTES);
    }

    /** The pixels of one call, on their way; closing gives the memory back for the next. */
    final class Buffer implements AutoCloseable {
        private final PinnedBlock block;

        private Buffer(PinnedBlock block) {
            this.block = block;
        }

        /** Waits for the pixels, where failures of kernels show, and tells whether all values were finite. */
        boolean read(byte[] rgb) {
            block.await();
            ByteBuffer bytes = block.bytes();
            bytes.get(rgb);
            return bytes.getInt(flagAt(rgb.length)) == 0;
        }

        @Override
        public void close() {
            giveBack(block);
        }
    }

    /**
     * Queues a copy of so many pixels' bytes and the flag behind the work that is queued on the device.
     *
     * @throws BackendException if there is no memory to lock
     */
    Buffer copy(Memory from, int length) {
        PinnedBlock block = take(bytes(length));
        boolean done = false;
        try {
            block.copyFrom(DevicePool.pointer(from), bytes(length), driver.stream());
            done = true;
            return new Buffer(block);
        } finally {
            if (!done) {
                block.free();
            }
        }
    }

    private synchronized PinnedBlock take(long bytes) {
        for (PinnedBlock block : idle) {
            if (block.size() >= bytes && block.size() <= 4 * bytes) {
                idle.remove(block);
                return block;
            }
        }
        return new PinnedBlock(bytes);
    }

    private synchronized void giveBack(PinnedBlock block) {
        idle.addFirst(block);
        if (idle.size() > KEPT) {
            idle.removeLast().free();
        }
    }
}

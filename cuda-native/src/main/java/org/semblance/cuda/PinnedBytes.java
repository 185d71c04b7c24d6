package org.semblance.cuda;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import jcuda.Pointer;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;
import org.semblance.array.Memory;
import org.semblance.backend.BackendException;

/**
 * Page-locked buffers that 8-bit pictures leave the device through, one per call at a time. A few unused ones are kept
 * for the next call. Behind the pixels stands a flag that is not 0 if a value was not finite.
 */
final class PinnedBytes {
    private static final int KEPT = 4;

    private final Driver driver;
    private final Deque<Buffer> idle = new ArrayDeque<>();

    PinnedBytes(Driver driver) {
        this.driver = driver;
    }

    /** One buffer, and the event that tells that it has been filled. */
    final class Buffer implements AutoCloseable {
        private final Pointer pointer = new Pointer();
        private final CUevent filled = new CUevent();
        private final long size;

        private Buffer(long size) {
            this.size = size;
            Driver.check("cuMemAllocHost", JCudaDriver.cuMemAllocHost(pointer, size));
            Driver.check("cuEventCreate", JCudaDriver.cuEventCreate(filled, CUevent_flags.CU_EVENT_DISABLE_TIMING));
        }

        private void fill(DevicePointer from, long bytes) {
            Driver.check("cuMemcpyDtoHAsync", JCudaDriver.cuMemcpyDtoHAsync(pointer, from, bytes, driver.stream()));
            Driver.check("cuEventRecord", JCudaDriver.cuEventRecord(filled, driver.stream()));
        }

        /** Waits for the pixels, where failures of kernels show, and tells whether all values were finite. */
        boolean read(byte[] rgb) {
            Driver.check("cuEventSynchronize", JCudaDriver.cuEventSynchronize(filled));
            ByteBuffer bytes = pointer.getByteBuffer(0, rgb.length + Float.BYTES);
            bytes.get(rgb);
            return bytes.get() == 0;
        }

        @Override
        public void close() {
            giveBack(this);
        }

        private void free() {
            Driver.check("cuEventDestroy", JCudaDriver.cuEventDestroy(filled));
            Driver.check("cuMemFreeHost", JCudaDriver.cuMemFreeHost(pointer));
        }
    }

    /**
     * Queues a copy of so many bytes and the flag behind the work that is queued on the device.
     *
     * @throws BackendException if there is no memory to lock
     */
    Buffer copy(Memory from, int bytes) {
        Buffer buffer = take(bytes + Float.BYTES);
        boolean done = false;
        try {
            buffer.fill(DevicePool.pointer(from), bytes + Float.BYTES);
            done = true;
            return buffer;
        } finally {
            if (!done) {
                buffer.close();
            }
        }
    }

    private synchronized Buffer take(long bytes) {
        for (Buffer buffer : idle) {
            if (buffer.size >= bytes && buffer.size <= 4 * bytes) {
                idle.remove(buffer);
                return buffer;
            }
        }
        return new Buffer(bytes);
    }

    private synchronized void giveBack(Buffer buffer) {
        idle.addFirst(buffer);
        if (idle.size() > KEPT) {
            idle.removeLast().free();
        }
    }
}

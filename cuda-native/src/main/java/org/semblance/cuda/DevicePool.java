package org.semblance.cuda;

import static jcuda.driver.CUresult.CUDA_ERROR_OUT_OF_MEMORY;

import jcuda.driver.JCudaDriver;
import org.semblance.array.Memory;

/**
 * Device memory from the driver's stream-ordered pool: taking and giving back are queued with the work, so that neither
 * waits. When there is none left, unused memory is given back to the system and the request made once more.
 */
final class DevicePool {
    private final Driver driver;
    private long live;
    private long peak;
    private long allocations;

    DevicePool(Driver driver, long idleBytes) {
        this.driver = driver;
        Kernels.check("smb_keep_memory", SemblanceKernels.smb_keep_memory(driver.index(), idleBytes));
    }

    /** A block of device memory; the caller holds the backend's lock and has entered the context. */
    Memory allocate(long bytes) {
        Recording recording = Recording.current();
        if (recording != null) {
            return recording.allocate(bytes);
        }
        DevicePointer pointer = new DevicePointer();
        if (!tryAllocate(pointer, bytes)) {
            driver.await();
            Kernels.check("smb_trim_memory", SemblanceKernels.smb_trim_memory(driver.index(), 0));
            if (!tryAllocate(pointer, bytes)) {
                throw new OutOfMemory("cuda: out of memory: " + bytes + " bytes were asked for with " + live()
                        + " bytes live; use smaller batches");
            }
        }
        count(bytes);
        return new Block(pointer, bytes, () -> free(pointer, bytes));
    }

    private void free(DevicePointer pointer, long bytes) {
        forget(bytes);
        driver.enter();
        Driver.check("cuMemFreeAsync", JCudaDriver.cuMemFreeAsync(pointer, driver.stream()));
    }

    /** Memory for recorded work, outside the stream's order; the caller frees it. */
    DevicePointer chunk(long bytes) {
        DevicePointer pointer = reserve(bytes);
        count(bytes);
        return pointer;
    }

    /** Memory outside the stream's order that is not counted, since it holds no array. */
    DevicePointer reserve(long bytes) {
        DevicePointer pointer = new DevicePointer();
        int code = JCudaDriver.cuMemAlloc(pointer, bytes);
        if (code == CUDA_ERROR_OUT_OF_MEMORY) {
            throw new OutOfMemory("cuda: out of memory: " + bytes + " bytes were asked for with " + live()
                    + " bytes live; use smaller batches");
        }
        Driver.check("cuMemAlloc", code);
        return pointer;
    }

    /** Frees what {@link #chunk} gave; the caller forgets its bytes. */
    void free(DevicePointer chunk) {
        Driver.check("cuMemFree", JCudaDriver.cuMemFree(chunk));
    }

    /** A block in memory of somebody else's, who hears when it is given back. */
    Memory lent(DevicePointer pointer, long bytes, Runnable back) {
        return new Block(pointer, bytes, back);
    }

    private boolean tryAllocate(DevicePointer pointer, long bytes) {
        int code = JCudaDriver.cuMemAllocAsync(pointer, Math.max(bytes, 256), driver.stream());
        if (code == CUDA_ERROR_OUT_OF_MEMORY) {
            return false;
        }
        Driver.check("cuMemAllocAsync", code);
        return true;
    }

    private synchronized void count(long bytes) {
        allocations++;
        live += bytes;
        peak = Math.max(peak, live);
    }

    synchronized void forget(long bytes) {
        live -= bytes;
    }

    synchronized long live() {
        return live;
    }

    synchronized long peak() {
        return peak;
    }

    synchronized long allocations() {
        return allocations;
    }

    synchronized void resetPeak() {
        peak = live;
    }

    /** A block of device memory; may be given back from any thread. */
    private static final class Block extends Memory {
        private final DevicePointer pointer;
        private final long bytes;
        private final Runnable back;

        Block(DevicePointer pointer, long bytes, Runnable back) {
            this.pointer = pointer;
            this.bytes = bytes;
            this.back = back;
        }

        @Override
        public long address() {
            return pointer.address();
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        protected void free() {
            back.run();
        }
    }

    /** What JCuda takes for an array of this backend. */
    static DevicePointer pointer(Memory memory) {
        return ((Block) memory).pointer;
    }
}

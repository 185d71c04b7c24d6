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
        return new Block(pointer, bytes);
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

    private synchronized void forget(long bytes) {
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

    /** A block of the pool; may be given back from any thread. */
    private final class Block extends Memory {
        private final DevicePointer pointer;
        private final long bytes;

        Block(DevicePointer pointer, long bytes) {
            this.pointer = pointer;
            this.bytes = bytes;
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
            forget(bytes);
            driver.enter();
            Driver.check("cuMemFreeAsync", JCudaDriver.cuMemFreeAsync(pointer, driver.stream()));
        }
    }

    /** What JCuda takes for an array of this backend. */
    static DevicePointer pointer(Memory memory) {
        return ((Block) memory).pointer;
    }
}

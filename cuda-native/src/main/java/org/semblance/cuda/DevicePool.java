package org.semblance.cuda;

import static jcuda.driver.CUresult.CUDA_ERROR_OUT_OF_MEMORY;

import jcuda.driver.JCudaDriver;
import org.semblance.array.Memory;
import org.semblance.array.NdArray;

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

    /** A block of device memory, ready on the calling thread's stream; the driver's lock is held. */
    Memory allocate(long bytes) {
        DevicePointer pointer = new DevicePointer();
        if (!tryAllocate(pointer, bytes)) {
            driver.awaitAll();
            Kernels.check("smb_trim_memory", SemblanceKernels.smb_trim_memory(driver.index(), 0));
            if (!tryAllocate(pointer, bytes)) {
                throw new OutOfMemory("cuda: out of memory: " + bytes + " bytes were asked for with " + live()
                        + " bytes live; use smaller batches");
            }
        }
        count(bytes);
        return new Block(pointer, bytes, driver.queue());
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

    /** A block of the pool; may be given back from any thread, and waits on the device for whoever uses it. */
    private final class Block extends Memory {
        private final DevicePointer pointer;
        private final long bytes;
        private final Queue home;
        private final Uses uses;

        Block(DevicePointer pointer, long bytes, Queue home) {
            this.pointer = pointer;
            this.bytes = bytes;
            this.home = home;
            uses = new Uses(home);
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
            driver.run(() -> {
                uses.write(home);
                Driver.check("cuMemFreeAsync", JCudaDriver.cuMemFreeAsync(pointer, home.stream()));
            });
        }
    }

    /** Puts what the calling thread queues next, which reads this array, behind what writes it. */
    void read(NdArray x) {
        ((Block) x.memory()).uses.read(driver.queue());
    }

    /** Puts what the calling thread queues next, which writes this array, behind all that uses it. */
    void write(NdArray y) {
        ((Block) y.memory()).uses.write(driver.queue());
    }

    /** What JCuda takes for an array of this backend. */
    static DevicePointer pointer(Memory memory) {
        return ((Block) memory).pointer;
    }
}

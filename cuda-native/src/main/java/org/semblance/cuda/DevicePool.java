package org.semblance.cuda;

import static jcuda.driver.CUresult.CUDA_ERROR_OUT_OF_MEMORY;

import jcuda.driver.JCudaDriver;
import org.semblance.array.Memory;
import org.semblance.array.NdArray;

/**
 * Device memory from the driver's stream-ordered pool: taking and giving back are queued with the work, so that neither
 * waits. When there is none left, unused memory is given back to the system and the request made once more. Recorded
 * work has memory beside the pool, for which unused memory is given back before it is recorded, since that waits.
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
        Recording recording = Recording.current();
        if (recording != null) {
            return recording.allocate(bytes);
        }
        DevicePointer pointer = new DevicePointer();
        if (!tryAllocate(pointer, bytes)) {
            trim();
            if (!tryAllocate(pointer, bytes)) {
                throw outOfMemory(bytes);
            }
        }
        count(bytes);
        return new Block(pointer, bytes, driver.queue());
    }

    /** What the calling thread queues on. */
    long stream() {
        return driver.stream().handle();
    }

    /**
     * Makes room for work that will be recorded: waits, and gives the pool's unused memory back to the system, if that
     * could be more than is free now.
     */
    void makeRoom() {
        if (isShort(driver.memory(), live())) {
            trim();
        }
    }

    /** Whether less is free than is taken on the device and not live, which the pool may hold unused. */
    static boolean isShort(Driver.Memory memory, long live) {
        return memory.free() < memory.taken() - live;
    }

    private void trim() {
        driver.awaitAll();
        Kernels.check("smb_trim_memory", SemblanceKernels.smb_trim_memory(driver.index(), 0));
    }

    /** Scratch that an operation has to itself, of one size for all; the driver's lock is held. */
    Memory workspace(long bytes) {
        Recording recording = Recording.current();
        return recording == null ? allocate(bytes) : recording.workspace(bytes);
    }

    /**
     * Memory for recorded work, outside any stream's order; the caller frees it and forgets its bytes.
     *
     * @throws OutOfMemory if there is none left; {@link #makeRoom} goes before the recording
     */
    DevicePointer chunk(long bytes) {
        DevicePointer pointer = new DevicePointer();
        int code = JCudaDriver.cuMemAlloc(pointer, bytes);
        if (code == CUDA_ERROR_OUT_OF_MEMORY) {
            throw outOfMemory(bytes);
        }
        Driver.check("cuMemAlloc", code);
        count(bytes);
        return pointer;
    }

    private OutOfMemory outOfMemory(long bytes) {
        return new OutOfMemory("cuda: out of memory: " + bytes + " bytes were asked for with " + live()
                + " bytes live; use smaller batches");
    }

    /** Frees what {@link #chunk} gave. */
    void free(DevicePointer chunk) {
        Driver.check("cuMemFree", JCudaDriver.cuMemFree(chunk));
    }

    /** A block in a recorder's memory, which hears when it is given back. */
    static Memory lent(DevicePointer pointer, long bytes, Runnable back) {
        return new Lent(pointer, bytes, back);
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

    /** A block that only one recorded piece of work uses. */
    private static final class Lent extends DeviceMemory {
        private final Runnable back;

        Lent(DevicePointer pointer, long bytes, Runnable back) {
            super(pointer, bytes);
            this.back = back;
        }

        @Override
        protected void free() {
            drop();
            back.run();
        }
    }

    /** A block of the pool; may be given back from any thread, and waits on the device for whoever uses it. */
    private final class Block extends DeviceMemory {
        private final Queue home;
        private final Uses uses;

        Block(DevicePointer pointer, long bytes, Queue home) {
            super(pointer, bytes);
            this.home = home;
            uses = new Uses(home);
        }

        /** Giving back is nothing to record: each replay would do it again. */
        @Override
        protected void free() {
            Recording recording = Recording.current();
            if (recording == null) {
                giveBack();
            } else {
                recording.afterwards(this::giveBack);
            }
        }

        private void giveBack() {
            forget(bytes());
            driver.run(() -> {
                drop();
                uses.free(home);
                Driver.check("cuMemFreeAsync", JCudaDriver.cuMemFreeAsync(pointer(), home.stream()));
            });
        }
    }

    /**
     * Puts what the calling thread queues or records next, which reads this array's float32 elements, behind what
     * writes them; they are made first where only their form in 16 bits is there.
     */
    void read(NdArray x) {
        DeviceMemory memory = memory(x);
        if (memory.isStale()) {
            settle(memory);
        }
        read(memory);
    }

    /** Makes the float32 elements of what only its form in 16 bits holds. */
    void settle(DeviceMemory memory) {
        HalfForm form = memory.half();
        if (form != null) {
            read(form.memory());
            write(memory);
            Halves.settle(memory, form, stream());
        }
    }

    /** The same of memory in whatever form it is. */
    void read(Memory memory) {
        Recording recording = Recording.current();
        if (memory instanceof Block block) {
            if (recording == null) {
                block.uses.read(driver.queue());
            } else {
                recording.reads(block.uses, block.bytes());
            }
        } else if (memory instanceof Lent lent && recording != null) {
            recording.reads(lent.pointer(), lent.bytes());
        }
    }

    /** Puts what the calling thread queues or records next, which writes all of this array, behind all that uses it. */
    void write(NdArray y) {
        DeviceMemory memory = memory(y);
        memory.overwritten();
        write(memory);
    }

    /** The same of memory in whatever form it is. */
    void write(Memory memory) {
        Recording recording = Recording.current();
        if (memory instanceof Block block) {
            write(block.uses, block.bytes());
        } else if (memory instanceof Lent lent && recording != null) {
            recording.writes(lent.pointer(), lent.bytes());
        }
    }

    /** The same where a part of the array is written and the rest stays. */
    void change(NdArray y) {
        read(y);
        write(y);
    }

    /** The same of memory that is no array. */
    void write(Uses uses) {
        write(uses, 0);
    }

    private void write(Uses uses, long bytes) {
        Recording recording = Recording.current();
        if (recording == null) {
            uses.write(driver.queue());
        } else {
            recording.writes(uses, bytes);
        }
    }

    /** What JCuda takes for an array of this backend. */
    static DevicePointer pointer(Memory memory) {
        return ((DeviceMemory) memory).pointer();
    }

    static DeviceMemory memory(NdArray x) {
        return (DeviceMemory) x.memory();
    }

    /** Whether the memory belongs to recorded work alone, so that nobody else reads it. */
    static boolean isLent(Memory memory) {
        return memory instanceof Lent;
    }
}

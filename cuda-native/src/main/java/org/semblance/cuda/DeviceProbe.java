package org.semblance.cuda;

import static org.bytedeco.cuda.global.cudart.CU_GRAPH_MEM_ATTR_RESERVED_MEM_CURRENT;
import static org.bytedeco.cuda.global.cudart.CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT;
import static org.bytedeco.cuda.global.cudart.CU_MEMPOOL_ATTR_USED_MEM_CURRENT;
import static org.bytedeco.cuda.global.cudart.cuDeviceGetDefaultMemPool;
import static org.bytedeco.cuda.global.cudart.cuDeviceGetGraphMemAttribute;
import static org.bytedeco.cuda.global.cudart.cuMemPoolGetAttribute;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;
import org.bytedeco.cuda.cudart.CUmemPoolHandle_st;
import org.bytedeco.javacpp.LongPointer;
import org.semblance.backend.Device;

/**
 * What a CUDA device itself says of time and memory: events in the stream on which the backend queues the calling
 * thread's work, and what the driver's pool holds. For benchmarks and soak tests; nothing in the library depends on it.
 */
public final class DeviceProbe {
    private final Driver driver;

    private DeviceProbe(Driver driver) {
        this.driver = driver;
    }

    /** @throws IllegalArgumentException unless it is a CUDA device */
    public static DeviceProbe of(Device device) {
        if (device.backend() instanceof CudaBackend cuda) {
            return new DeviceProbe(cuda.driver());
        }
        throw new IllegalArgumentException("deviceProbe: device must be cuda, got " + device.name());
    }

    /** Queues a mark after all work that this thread has queued so far. */
    public Mark mark() {
        driver.enter();
        return new Mark();
    }

    /** Waits until all work queued so far, by any thread, is done; meanwhile none is queued. */
    public void await() {
        driver.run(driver::awaitAll); // with the lock: waiting would spoil what another thread captures
    }

    /** What is held now; waits for nothing. */
    public Memory memory() {
        driver.enter();
        CUmemPoolHandle_st pool = new CUmemPoolHandle_st();
        Driver.check("cuDeviceGetDefaultMemPool", cuDeviceGetDefaultMemPool(pool, driver.index()));
        Driver.Memory device = driver.memory();
        return new Memory(
                attribute(pool, CU_MEMPOOL_ATTR_USED_MEM_CURRENT),
                attribute(pool, CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT),
                graphs(),
                device.taken());
    }

    private static long attribute(CUmemPoolHandle_st pool, int name) {
        try (LongPointer value = new LongPointer(1)) {
            Driver.check("cuMemPoolGetAttribute", cuMemPoolGetAttribute(pool, name, value));
            return value.get();
        }
    }

    private long graphs() {
        try (LongPointer value = new LongPointer(1)) {
            Driver.check(
                    "cuDeviceGetGraphMemAttribute",
                    cuDeviceGetGraphMemAttribute(driver.index(), CU_GRAPH_MEM_ATTR_RESERVED_MEM_CURRENT, value));
            return value.get();
        }
    }

    /**
     * Bytes of device memory.
     *
     * @param used in arrays of the driver's pool
     * @param reserved by that pool, used or not
     * @param graphs reserved by captured graphs
     * @param taken on the whole device, by every process
     */
    public record Memory(long used, long reserved, long graphs, long taken) {}

    /** A point in the queue of work, with its time once the device has passed it. */
    public final class Mark implements AutoCloseable {
        private final CUevent event = new CUevent();

        private Mark() {
            Driver.check("cuEventCreate", JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DEFAULT));
            Driver.check("cuEventRecord", JCudaDriver.cuEventRecord(event, driver.stream()));
        }

        /** Waits until the device has passed this mark. */
        public void await() {
            driver.enter();
            Driver.check("cuEventSynchronize", JCudaDriver.cuEventSynchronize(event));
        }

        /** Milliseconds from an earlier mark, in steps of about half a microsecond; waits for this one. */
        public double millisSince(Mark earlier) {
            await();
            float[] millis = new float[1];
            Driver.check("cuEventElapsedTime", JCudaDriver.cuEventElapsedTime(millis, earlier.event, event));
            return millis[0];
        }

        @Override
        public void close() {
            driver.enter();
            Driver.check("cuEventDestroy", JCudaDriver.cuEventDestroy(event));
        }
    }
}

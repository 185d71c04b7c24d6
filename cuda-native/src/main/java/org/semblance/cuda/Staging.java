package org.semblance.cuda;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import jcuda.Pointer;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;
import org.semblance.array.NdArray;

/**
 * Page-locked memory that host arrays pass through in pieces, which the device copies at full speed. Two buffers take
 * turns, so that the copy of one piece overlaps the filling of the next; an upload returns once its last piece is
 * queued.
 */
final class Staging {
    private static final int PIECE = 1 << 20;

    private final Driver driver;
    private final Slot[] slots;
    private int turn;

    Staging(Driver driver) {
        this.driver = driver;
        slots = new Slot[] {new Slot(), new Slot()};
    }

    /** One page-locked buffer and the event after which it may be reused. */
    private static final class Slot {
        final Pointer pointer = new Pointer();
        final FloatBuffer floats;
        final CUevent free = new CUevent();

        Slot() {
            long bytes = (long) PIECE * Float.BYTES;
            Driver.check("cuMemAllocHost", JCudaDriver.cuMemAllocHost(pointer, bytes));
            floats = pointer.getByteBuffer(0, bytes)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
            Driver.check("cuEventCreate", JCudaDriver.cuEventCreate(free, CUevent_flags.CU_EVENT_DISABLE_TIMING));
        }
    }

    private Slot next() {
        Slot slot = slots[turn];
        turn = 1 - turn;
        Driver.check("cuEventSynchronize", JCudaDriver.cuEventSynchronize(slot.free));
        return slot;
    }

    void upload(float[] source, NdArray target) {
        DevicePointer to = DevicePool.pointer(target.memory());
        for (int at = 0; at < source.length; at += PIECE) {
            int n = Math.min(PIECE, source.length - at);
            Slot slot = next();
            slot.floats.put(0, source, at, n);
            Driver.check(
                    "cuMemcpyHtoDAsync",
                    JCudaDriver.cuMemcpyHtoDAsync(
                            to.withByteOffset((long) at * Float.BYTES),
                            slot.pointer,
                            (long) n * Float.BYTES,
                            driver.stream()));
            Driver.check("cuEventRecord", JCudaDriver.cuEventRecord(slot.free, driver.stream()));
        }
    }

    void download(NdArray source, float[] target) {
        DevicePointer from = DevicePool.pointer(source.memory());
        for (int at = 0; at < target.length; at += PIECE) {
            int n = Math.min(PIECE, target.length - at);
            Slot slot = next();
            Driver.check(
                    "cuMemcpyDtoHAsync",
                    JCudaDriver.cuMemcpyDtoHAsync(
                            slot.pointer,
                            from.withByteOffset((long) at * Float.BYTES),
                            (long) n * Float.BYTES,
                            driver.stream()));
            driver.await();
            slot.floats.get(0, target, at, n);
        }
    }
}

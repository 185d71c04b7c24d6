package org.semblance.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.semblance.backend.BackendException;

/** Page-locked memory, and the event that tells that the last copy from or to it is done. */
final class PinnedBlock {
    private final Pointer pointer = new Pointer();
    private final CUevent copied = new CUevent();
    private final long size;

    /** @throws BackendException if there is no memory to lock */
    PinnedBlock(long size) {
        this.size = size;
        Driver.check("cuEventCreate", JCudaDriver.cuEventCreate(copied, CUevent_flags.CU_EVENT_DISABLE_TIMING));
        int code = JCudaDriver.cuMemAllocHost(pointer, size);
        if (code != 0) {
            JCudaDriver.cuEventDestroy(copied);
            throw new BackendException(Driver.failed("cuMemAllocHost", code)); // the host's memory, not the device's
        }
    }

    long size() {
        return size;
    }

    /** What it holds, in this machine's order of bytes. */
    ByteBuffer bytes() {
        return pointer.getByteBuffer(0, size).order(ByteOrder.nativeOrder());
    }

    /** Queues a copy of its first bytes to the device. */
    void copyTo(CUdeviceptr to, long count, Stream stream) {
        Driver.check("cuMemcpyHtoDAsync", JCudaDriver.cuMemcpyHtoDAsync(to, pointer, count, stream));
        Driver.check("cuEventRecord", JCudaDriver.cuEventRecord(copied, stream));
    }

    /** Queues a copy from the device to its first bytes. */
    void copyFrom(CUdeviceptr from, long count, Stream stream) {
        Driver.check("cuMemcpyDtoHAsync", JCudaDriver.cuMemcpyDtoHAsync(pointer, from, count, stream));
        Driver.check("cuEventRecord", JCudaDriver.cuEventRecord(copied, stream));
    }

    /** Whether the last copy is done. */
    boolean isFree() {
        int code = JCudaDriver.cuEventQuery(copied);
        if (code == CUresult.CUDA_ERROR_NOT_READY) {
            return false;
        }
        Driver.check("cuEventQuery", code);
        return true;
    }

    /** Waits until the last copy is done; failures of kernels before it show here. */
    void await() {
        Driver.check("cuEventSynchronize", JCudaDriver.cuEventSynchronize(copied));
    }

    /** Gives the memory back to the system; both are let go of, whatever the first says. */
    void free() {
        int memory = JCudaDriver.cuMemFreeHost(pointer);
        int event = JCudaDriver.cuEventDestroy(copied);
        Driver.check("cuMemFreeHost", memory);
        Driver.check("cuEventDestroy", event);
    }
}

package org.semblance.cuda;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/** A stream whose handle can be read as a number, for the bindings that are not JCuda's. */
final class Stream extends CUstream {
    private Stream() {}

    /** A new stream in the current context, which waits for no other. */
    static Stream open() {
        Stream stream = new Stream();
        Driver.check("cuStreamCreate", JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING));
        return stream;
    }

    /** What is put on a stream from now on waits on the device for what is on another; captured, they are branches. */
    static void order(CUstream before, CUstream after) {
        CUevent event = new CUevent();
        Driver.check("cuEventCreate", JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING));
        try {
            Driver.check("cuEventRecord", JCudaDriver.cuEventRecord(event, before));
            Driver.check("cuStreamWaitEvent", JCudaDriver.cuStreamWaitEvent(after, event, 0));
        } finally {
            Driver.check("cuEventDestroy", JCudaDriver.cuEventDestroy(event));
        }
    }

    long handle() {
        return getNativePointer();
    }
}

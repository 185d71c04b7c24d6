package org.semblance.cuda;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/** A stream, and the event by which other streams wait for it; lives as long as the backend. */
final class Queue extends Timeline {
    private final Stream stream = Stream.open();
    private final CUevent passed = new CUevent();

    /** The context is current. */
    Queue() {
        Driver.check("cuEventCreate", JCudaDriver.cuEventCreate(passed, CUevent_flags.CU_EVENT_DISABLE_TIMING));
    }

    Stream stream() {
        return stream;
    }

    /** The device waits, not the caller. */
    @Override
    protected void follow(Timeline other) {
        Queue ahead = (Queue) other;
        Driver.check("cuEventRecord", JCudaDriver.cuEventRecord(ahead.passed, ahead.stream));
        Driver.check("cuStreamWaitEvent", JCudaDriver.cuStreamWaitEvent(stream, ahead.passed, 0));
    }
}

package org.semblance.cuda;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/** A stream, and the events by which others wait for it; lives as long as the backend. */
final class Queue extends Timeline {
    /** Pieces of work between two marks: about a quarter of what a stream takes before it makes its caller wait. */
    private static final int PACE = 256;

    private final Stream stream = Stream.open();
    private final CUevent passed = event();
    private final CUevent mark = event();
    private long marked;

    private static CUevent event() {
        CUevent event = new CUevent();
        Driver.check("cuEventCreate", JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING));
        return event;
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

    /**
     * Lets a caller who is far ahead of the device wait until it has caught up a little. Called without the driver's
     * lock: a stream that is full would make it wait in the midst of a call, and all other threads with it.
     */
    void pace() {
        if (position() - marked >= PACE) {
            Driver.check("cuEventSynchronize", JCudaDriver.cuEventSynchronize(mark));
            Driver.check("cuEventRecord", JCudaDriver.cuEventRecord(mark, stream));
            marked = position();
        }
    }
}

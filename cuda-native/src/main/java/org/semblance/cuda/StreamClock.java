package org.semblance.cuda;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/** Times work on a stream by events before and after it. */
final class StreamClock {
    private StreamClock() {}

    /** Milliseconds on the device of what the work queues, from where what is ahead of it ends; waits for it. */
    static double millis(CUstream stream, Runnable work) {
        CUevent begin = event();
        try (Ending beginning = () -> destroy(begin)) {
            CUevent end = event();
            try (Ending ending = () -> destroy(end)) {
                Driver.check("cuEventRecord", JCudaDriver.cuEventRecord(begin, stream));
                work.run();
                Driver.check("cuEventRecord", JCudaDriver.cuEventRecord(end, stream));
                Driver.check("cuEventSynchronize", JCudaDriver.cuEventSynchronize(end));
                float[] elapsed = new float[1];
                Driver.check("cuEventElapsedTime", JCudaDriver.cuEventElapsedTime(elapsed, begin, end));
                return elapsed[0];
            }
        }
    }

    private static CUevent event() {
        CUevent event = new CUevent();
        Driver.check("cuEventCreate", JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DEFAULT));
        return event;
    }

    private static void destroy(CUevent event) {
        Driver.check("cuEventDestroy", JCudaDriver.cuEventDestroy(event));
    }
}

package org.semblance.cuda;

import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/** Events between the steps of a pass that is queued on a stream. */
final class LayerClock implements AutoCloseable {
    private final CUstream stream;
    private final List<CUevent> events = new ArrayList<>();

    /** Begins now. */
    LayerClock(CUstream stream) {
        this.stream = stream;
        mark();
    }

    /** Ends a step and begins the next. */
    void mark() {
        CUevent event = new CUevent();
        Driver.check("cuEventCreate", JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DEFAULT));
        events.add(event);
        Driver.check("cuEventRecord", JCudaDriver.cuEventRecord(event, stream));
    }

    /** Milliseconds of each step; waits for the last. */
    double[] millis() {
        Driver.check("cuEventSynchronize", JCudaDriver.cuEventSynchronize(events.get(events.size() - 1)));
        double[] millis = new double[events.size() - 1];
        for (int i = 0; i < millis.length; i++) {
            float[] elapsed = new float[1];
            Driver.check(
                    "cuEventElapsedTime", JCudaDriver.cuEventElapsedTime(elapsed, events.get(i), events.get(i + 1)));
            millis[i] = elapsed[0];
        }
        return millis;
    }

    @Override
    public void close() {
        events.forEach(event -> Driver.check("cuEventDestroy", JCudaDriver.cuEventDestroy(event)));
        events.clear();
    }
}

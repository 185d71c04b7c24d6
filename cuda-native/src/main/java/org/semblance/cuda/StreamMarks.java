package org.semblance.cuda;

import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/** Events on streams that are being captured; they become edges of the graph. */
final class StreamMarks implements Lanes.Marks, AutoCloseable {
    private final List<Stream> streams;
    private final List<CUevent> events = new ArrayList<>();

    /** @param streams the first is the one whose work is captured */
    StreamMarks(List<Stream> streams) {
        this.streams = streams;
    }

    Stream stream(int lane) {
        return streams.get(lane);
    }

    @Override
    public Object mark(int lane) {
        CUevent event = new CUevent();
        Driver.check("cuEventCreate", JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING));
        events.add(event);
        Driver.check("cuEventRecord", JCudaDriver.cuEventRecord(event, stream(lane)));
        return event;
    }

    @Override
    public void follow(int lane, Object mark) {
        Driver.check("cuStreamWaitEvent", JCudaDriver.cuStreamWaitEvent(stream(lane), (CUevent) mark, 0));
    }

    /** Nothing is captured any more. */
    @Override
    public void close() {
        events.forEach(JCudaDriver::cuEventDestroy);
        events.clear();
    }
}

package org.semblance.cuda;

import jcuda.driver.CUgraph;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/** A stream of its own, with cuDNN on it, that work is put on to be captured; used by one thread at a time. */
final class Capture {
    private final Stream stream = new Stream();
    private final Cudnn cudnn;

    Capture() {
        Driver.check("cuStreamCreate", JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING));
        cudnn = new Cudnn(stream);
    }

    /** What the captured work is queued on. */
    long stream() {
        return stream.handle();
    }

    /** Times steps that are queued from now on. */
    LayerClock clock() {
        return new LayerClock(stream);
    }

    Cudnn cudnn() {
        return cudnn;
    }

    /** Runs the work once as it stands, so that libraries load what they need, and waits for it. */
    void rehearse(Runnable work) {
        work.run();
        Driver.check("cuStreamSynchronize", JCudaDriver.cuStreamSynchronize(stream));
    }

    /** The work as a graph; nothing runs. */
    Graph record(Runnable work) {
        CUgraph graph = new CUgraph();
        Driver.check(
                "cuStreamBeginCapture",
                JCudaDriver.cuStreamBeginCapture(stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED));
        boolean done = false;
        try {
            work.run();
            done = true;
        } finally {
            int code = JCudaDriver.cuStreamEndCapture(stream, graph);
            if (done) {
                Driver.check("cuStreamEndCapture", code);
            }
        }
        try {
            return new Graph(graph);
        } finally {
            Driver.check("cuGraphDestroy", JCudaDriver.cuGraphDestroy(graph));
        }
    }
}

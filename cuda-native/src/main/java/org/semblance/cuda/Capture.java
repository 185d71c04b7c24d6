package org.semblance.cuda;

import jcuda.driver.CUgraph;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;

/** A stream of its own, with cuDNN on it, that work is put on to be captured; used by one thread at a time. */
final class Capture {
    private static final CUgraph NONE = new CUgraph();

    private final Stream stream = Stream.open();
    private final Cudnn cudnn;

    Capture() {
        cudnn = new Cudnn(() -> stream);
    }

    /** What the captured work is queued on. */
    long stream() {
        return stream.handle();
    }

    Cudnn cudnn() {
        return cudnn;
    }

    /** Runs the work once as it stands, so that libraries load what they need, and waits for it, also where it fails. */
    void rehearse(Runnable work) {
        int code;
        try {
            work.run();
        } finally {
            code = JCudaDriver.cuStreamSynchronize(stream);
        }
        Driver.check("cuStreamSynchronize", code);
    }

    /** Puts work on the stream as a part of what is being recorded on the calling thread's. */
    void join(Recording recording, Runnable work) {
        recording.branch(stream, work);
    }

    /** The work as a graph; nothing runs. */
    Graph record(Runnable work) {
        return record(stream, work);
    }

    /** The work that is put on a stream as a graph; nothing runs. */
    static Graph record(Stream stream, Runnable work) {
        Driver.check(
                "cuStreamBeginCapture",
                JCudaDriver.cuStreamBeginCapture(stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED));
        CUgraph graph = new CUgraph();
        try {
            int code;
            try {
                work.run();
            } finally {
                code = JCudaDriver.cuStreamEndCapture(stream, graph);
            }
            Driver.check("cuStreamEndCapture", code);
            return new Graph(graph);
        } finally {
            if (!graph.equals(NONE)) {
                JCudaDriver.cuGraphDestroy(graph);
            }
        }
    }
}

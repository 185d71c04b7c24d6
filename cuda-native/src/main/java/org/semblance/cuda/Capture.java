package org.semblance.cuda;

import java.util.function.LongUnaryOperator;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;

/** A stream of its own, with cuDNN on it, that work is put on to be captured; used by one thread at a time. */
final class Capture {
    private static final Graph.Captured NONE = new Graph.Captured();

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

    /** Runs the work once as it stands, so that libraries load what they need, and waits, also if it fails. */
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

    /**
     * A plan's pass as a graph; nothing runs.
     *
     * @param workspaces of its convolutions, cleared before the pass begins where they are apart
     */
    Graph record(Runnable work, Workspaces workspaces) {
        return record(stream, work, graph -> {
            long[] beginning = new long[1];
            long from = workspaces.areApart() ? workspaces.address() : 0;
            long bytes = workspaces.areApart() ? workspaces.bytes() : 0;
            int code = SynthesisNatives.smb_begin_graph(graph, from, bytes, beginning, new int[1]);
            Kernels.check("smb_begin_graph", code);
            return beginning[0];
        });
    }

    /** The work that is put on a stream as a graph; nothing runs. */
    static Graph record(Stream stream, Runnable work) {
        return record(stream, work, graph -> 0);
    }

    private static Graph record(Stream stream, Runnable work, LongUnaryOperator begin) {
        Driver.check(
                "cuStreamBeginCapture",
                JCudaDriver.cuStreamBeginCapture(stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED));
        Graph.Captured graph = new Graph.Captured();
        boolean kept = false;
        try {
            int code;
            try {
                work.run();
            } finally {
                code = JCudaDriver.cuStreamEndCapture(stream, graph);
            }
            Driver.check("cuStreamEndCapture", code);
            Graph made = new Graph(graph, begin.applyAsLong(graph.handle()));
            kept = true;
            return made;
        } finally {
            if (!kept && !graph.equals(NONE)) {
                JCudaDriver.cuGraphDestroy(graph);
            }
        }
    }
}

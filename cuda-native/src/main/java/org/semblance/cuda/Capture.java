package org.semblance.cuda;

import java.util.function.LongConsumer;
import jcuda.driver.CUgraph;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;

/** A stream of its own, with cuDNN on it, that work is put on to be captured; used by one thread at a time. */
final class Capture {
    private static final Captured NONE = new Captured();

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

    /** A graph whose handle can be read as a number. */
    private static final class Captured extends CUgraph {
        long handle() {
            return getNativePointer();
        }
    }

    /**
     * A plan's pass as a graph; nothing runs.
     *
     * @param workspaces of its convolutions, cleared before the pass begins where they are apart
     */
    Graph record(Runnable work, Workspaces workspaces) {
        return record(stream, work, graph -> {
            if (workspaces.areApart()) {
                int code =
                        SynthesisNatives.smb_clear_first(graph, workspaces.address(), workspaces.bytes(), new int[1]);
                Kernels.check("smb_clear_first", code);
            }
        });
    }

    /** The work that is put on a stream as a graph; nothing runs. */
    static Graph record(Stream stream, Runnable work) {
        return record(stream, work, graph -> {});
    }

    private static Graph record(Stream stream, Runnable work, LongConsumer edit) {
        Driver.check(
                "cuStreamBeginCapture",
                JCudaDriver.cuStreamBeginCapture(stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED));
        Captured graph = new Captured();
        try {
            int code;
            try {
                work.run();
            } finally {
                code = JCudaDriver.cuStreamEndCapture(stream, graph);
            }
            Driver.check("cuStreamEndCapture", code);
            edit.accept(graph.handle());
            return new Graph(graph);
        } finally {
            if (!graph.equals(NONE)) {
                JCudaDriver.cuGraphDestroy(graph);
            }
        }
    }
}

package org.semblance.cuda;

import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.semblance.tensor.Closing;

/** Work that was captured once and is replayed by one call. */
final class Graph implements AutoCloseable {
    private final Captured source;
    private final long beginning;
    private final Exec exec = new Exec();

    /**
     * Takes both over; if it throws, the graph is still the caller's.
     *
     * @param beginning what {@code smb_begin_graph} made of it, 0 for nothing
     */
    Graph(Captured source, long beginning) {
        this.source = source;
        this.beginning = beginning;
        int code = JCudaDriver.cuGraphInstantiate(exec, source, 0);
        if (code != CUresult.CUDA_SUCCESS) {
            SynthesisNatives.smb_end_graph(beginning);
        }
        Driver.check("cuGraphInstantiate", code);
    }

    /** A captured graph whose handle can be read as a number. */
    static final class Captured extends CUgraph {
        long handle() {
            return getNativePointer();
        }
    }

    /** An executable graph whose handle can be read as a number. */
    private static final class Exec extends CUgraphExec {
        long handle() {
            return getNativePointer();
        }
    }

    /** What {@code smb_launch_graph} takes. */
    long handle() {
        return exec.handle();
    }

    /** What {@code smb_launch_graph} takes beside it. */
    long beginning() {
        return beginning;
    }

    /** Queues all of it. */
    void launch(Stream stream) {
        Driver.check("cuGraphLaunch", JCudaDriver.cuGraphLaunch(exec, stream));
    }

    /** Nothing of it may be running. */
    @Override
    public void close() {
        Closing.all(
                () -> Driver.check("cuGraphExecDestroy", JCudaDriver.cuGraphExecDestroy(exec)),
                () -> Driver.check("cuGraphDestroy", JCudaDriver.cuGraphDestroy(source)),
                () -> SynthesisNatives.smb_end_graph(beginning));
    }
}

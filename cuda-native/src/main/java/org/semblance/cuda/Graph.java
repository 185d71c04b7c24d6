package org.semblance.cuda;

import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.JCudaDriver;

/** Work that was captured once and is replayed by one call. */
final class Graph implements AutoCloseable {
    private final Exec exec = new Exec();

    Graph(CUgraph graph) {
        Driver.check("cuGraphInstantiate", JCudaDriver.cuGraphInstantiate(exec, graph, 0));
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

    /** Queues all of it. */
    void launch(Stream stream) {
        Driver.check("cuGraphLaunch", JCudaDriver.cuGraphLaunch(exec, stream));
    }

    /** Nothing of it may be running. */
    @Override
    public void close() {
        Driver.check("cuGraphExecDestroy", JCudaDriver.cuGraphExecDestroy(exec));
    }
}

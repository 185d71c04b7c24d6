package org.semblance.bench.peers;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;

/** A library that runs TorchScript modules on the processor with as many threads as there are processors. */
interface ScriptEngine {
    /** Name in benchmarks. */
    String name();

    /** Loads a module with its input and the gradient that comes from above, if one will be asked. */
    Run load(Path module, HostArray input, @Nullable HostArray upstream) throws IOException;

    /** A module ready to run. */
    interface Run extends AutoCloseable {
        /** The result, computed without recording; it stays with the library. */
        void forward();

        /** The result, and the gradient with respect to the input. */
        void forwardBackward();

        /** The result on the heap, row-major. */
        float[] forwardOnHost();

        /** The gradient on the heap, row-major. */
        float[] gradientOnHost();

        @Override
        void close();
    }

    /** Threads that a peer may use. */
    static int threads() {
        return Runtime.getRuntime().availableProcessors();
    }
}

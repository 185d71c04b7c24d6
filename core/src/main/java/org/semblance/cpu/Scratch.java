package org.semblance.cpu;

import java.nio.FloatBuffer;

/** Memory for the length of a computation. */
record Scratch(HostMemory memory) implements AutoCloseable {
    /** Room for this many floats. */
    static Scratch of(HostPool pool, int floats) {
        return new Scratch(pool.allocate(4L * floats));
    }

    long address() {
        return memory.address();
    }

    FloatBuffer floats() {
        return memory.floats();
    }

    @Override
    public void close() {
        memory.release();
    }
}

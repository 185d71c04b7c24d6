package org.semblance.cuda;

import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/** A stream whose handle can be read as a number, for the bindings that are not JCuda's. */
final class Stream extends CUstream {
    private Stream() {}

    /** A new stream in the current context, which waits for no other. */
    static Stream open() {
        Stream stream = new Stream();
        Driver.check("cuStreamCreate", JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING));
        return stream;
    }

    long handle() {
        return getNativePointer();
    }
}

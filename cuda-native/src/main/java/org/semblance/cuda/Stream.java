package org.semblance.cuda;

import jcuda.driver.CUstream;

/** A stream whose handle can be read as a number, for the bindings that are not JCuda's. */
final class Stream extends CUstream {
    long handle() {
        return getNativePointer();
    }
}

package org.semblance.cuda;

import jcuda.driver.CUdeviceptr;

/** A device address that can be read as a number, for the bindings that are not JCuda's. */
final class DevicePointer extends CUdeviceptr {
    long address() {
        return getNativePointer();
    }
}

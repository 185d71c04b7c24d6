package org.semblance.cuda;

import jcuda.driver.CUdeviceptr;

/** A device address that can be read as a number, for the bindings that are not JCuda's. */
final class DevicePointer extends CUdeviceptr {
    DevicePointer() {}

    private DevicePointer(DevicePointer base, long offset) {
        super(base, offset);
    }

    /** So many bytes behind this. */
    DevicePointer plus(long bytes) {
        return new DevicePointer(this, bytes);
    }

    long address() {
        return getNativePointer() + getByteOffset();
    }
}

package org.semblance.contract;

import org.semblance.backend.Device;

/** The device under test: the one that the system property {@code semblance.backend} names, else the CPU. */
public final class TestDevice {
    private TestDevice() {}

    public static Device get() {
        return Device.named(System.getProperty("semblance.backend", "cpu"));
    }
}

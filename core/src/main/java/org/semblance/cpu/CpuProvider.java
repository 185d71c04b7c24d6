package org.semblance.cpu;

import org.semblance.backend.Backend;
import org.semblance.backend.BackendProvider;

/** Opens the CPU backend, of which a process has one. */
public final class CpuProvider implements BackendProvider {
    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public int preference() {
        return 0;
    }

    @Override
    public Backend open(int index) {
        if (index != 0) {
            throw new IllegalArgumentException("device: there is one cpu, index 0, got " + index);
        }
        try {
            return Holder.BACKEND;
        } catch (LinkageError e) {
            throw new UnsupportedOperationException(
                    "cpu: oneDNN cannot be loaded for this platform; it needs the natives of org.bytedeco:dnnl and, on"
                            + " Linux, glibc 2.34 or newer: " + e,
                    e);
        }
    }

    private static final class Holder {
        static final CpuBackend BACKEND = new CpuBackend();
    }
}

package org.semblance.cuda;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The functions of {@code semblance_kernels.h}, one native each. The first use loads the library from the jar and throws a
 * {@link LinkageError} where it is missing or of another version; it needs no GPU and no driver.
 */
@Platform(
        value = "linux-x86_64",
        include = "semblance_kernels.h",
        link = "semblance_kernels",
        library = "jnisemblance_kernels")
final class SemblanceKernels {
    /** The {@code SMB_ABI_VERSION} that these declarations were written for. */
    static final int ABI_VERSION = 1;

    static {
        Loader.load();
        if (smb_abi_version() != ABI_VERSION) {
            throw new UnsatisfiedLinkError(
                    "semblance_kernels: expected ABI version " + ABI_VERSION + ", got " + smb_abi_version());
        }
    }

    private SemblanceKernels() {}

    static native int smb_abi_version();

    static native @Cast("const char*") String smb_last_error();

    static native int smb_device_count();
}

package org.semblance.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the backend needs from the machine: our natives, a driver with a device, cuBLAS 12 or 13 and cuDNN 9. */
final class Prerequisites {
    static final String CUBLAS_12 = "libcublas.so.12";
    static final String CUBLAS_13 = "libcublas.so.13";

    private Prerequisites() {}

    /** Everything that is missing for the device of this index, in words; empty if it can run. */
    static List<String> missing(int index) {
        List<String> reasons = new ArrayList<>();
        try {
            addDevice(index, reasons);
            addLibrary(reasons, "cuBLAS", CUBLAS_12, CUBLAS_13);
            addLibrary(reasons, "cuDNN", "libcudnn.so.9");
        } catch (LinkageError e) {
            reasons.add("the native library of semblance-cuda does not load (it is built for Linux x86-64): " + e);
        }
        return reasons;
    }

    private static void addDevice(int index, List<String> reasons) {
        int devices = SemblanceKernels.smb_device_count();
        if (devices == 0) {
            reasons.add("no device: " + SemblanceKernels.smb_last_error());
        } else if (index >= devices) {
            reasons.add("there are " + devices + " devices, got index " + index);
        }
    }

    private static void addLibrary(List<String> reasons, String what, String... names) {
        List<String> failures = Stream.of(names).map(Prerequisites::failure).toList();
        if (!failures.contains("")) {
            reasons.add("no " + what + ": " + String.join(", ", failures));
        }
    }

    private static String failure(String library) {
        return SemblanceKernels.smb_load_library(library) == 0 ? "" : SemblanceKernels.smb_last_error();
    }

    /** Whether the system's loader finds a library. */
    static boolean hasLibrary(String name) {
        return failure(name).isEmpty();
    }
}

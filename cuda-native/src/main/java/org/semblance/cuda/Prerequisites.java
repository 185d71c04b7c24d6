package org.semblance.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the backend needs from the machine: our natives, a driver with a device, cuBLAS 12 or 13 and cuDNN 9. */
final class Prerequisites {
    static final String CUBLAS_12 = "libcublas.so.12";
    static final String CUBLAS_13 = "libcublas.so.13";
    static final String CUDNN = "libcudnn.so.9";

    private Prerequisites() {}

    /** What is asked of a machine. */
    interface Machine {
        /** Number of devices; 0 where there are none, {@link #lastError} then says why. */
        int devices();

        /** Whether the system's loader finds a library; {@link #lastError} says why not. */
        boolean finds(String library);

        String lastError();
    }

    /** Our natives; asked for again, a class that did not load says less of why. */
    private static final class Natives {
        private static final @Nullable LinkageError FAILURE = failure();

        private static @Nullable LinkageError failure() {
            try {
                SemblanceKernels.load();
                return null;
            } catch (LinkageError e) {
                return e;
            }
        }

        static void require() {
            if (FAILURE != null) {
                throw FAILURE;
            }
        }
    }

    /** This machine. */
    private static final class Here implements Machine {
        @Override
        public int devices() {
            Natives.require();
            return SemblanceKernels.smb_device_count();
        }

        @Override
        public boolean finds(String library) {
            return SemblanceKernels.smb_load_library(library) == 0;
        }

        @Override
        public String lastError() {
            return SemblanceKernels.smb_last_error();
        }
    }

    /** Everything that is missing for the device of this index, in words; empty if it can run. */
    static List<String> missing(int index) {
        return missing(index, new Here());
    }

    /** As above, of any machine. */
    static List<String> missing(int index, Machine machine) {
        List<String> reasons = new ArrayList<>();
        try {
            addDevice(index, machine, reasons);
            addLibrary(reasons, machine, "cuBLAS", CUBLAS_12, CUBLAS_13);
            addLibrary(reasons, machine, "cuDNN", CUDNN);
        } catch (LinkageError e) {
            reasons.add("the native library of semblance-cuda does not load (it is built for Linux x86-64): " + why(e));
        }
        return reasons;
    }

    /** When a class is asked for again, what it failed from at first is the cause. */
    private static String why(LinkageError e) {
        return e.getCause() == null ? e.toString() : e + ": " + e.getCause().getMessage();
    }

    private static void addDevice(int index, Machine machine, List<String> reasons) {
        int devices = machine.devices();
        if (devices == 0) {
            reasons.add("no device: " + machine.lastError());
        } else if (index >= devices) {
            reasons.add("there are " + devices + " devices, got index " + index);
        }
    }

    private static void addLibrary(List<String> reasons, Machine machine, String what, String... names) {
        List<String> failures =
                Stream.of(names).map(name -> failure(machine, name)).toList();
        if (!failures.contains("")) {
            reasons.add("no " + what + ": " + String.join(", ", failures));
        }
    }

    private static String failure(Machine machine, String library) {
        return machine.finds(library) ? "" : machine.lastError();
    }

    /** Whether the system's loader finds a library. */
    static boolean hasLibrary(String name) {
        return new Here().finds(name);
    }
}

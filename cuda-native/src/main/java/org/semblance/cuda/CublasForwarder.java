package org.semblance.cuda;

/**
 * JCublas 12 is linked against {@code libcublas.so.12}. Where only {@code libcublas.so.13} is installed, a library of
 * ours that bears the older name is loaded first, so that the loader takes it, and passes the calls on (see
 * {@code src-cpp/compat/cublas12.c}).
 */
final class CublasForwarder {
    private static final String NAME = "libsemblance_cublas12.so";

    static final String RESOURCE = "linux-x86_64/" + NAME;

    private CublasForwarder() {}

    static void loadWhereNeeded() {
        if (!Prerequisites.hasLibrary(Prerequisites.CUBLAS_12)) {
            NativeFiles.load(NAME);
        }
    }
}

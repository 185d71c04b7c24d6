package org.semblance.cuda;

import java.io.File;
import java.io.IOException;
import org.bytedeco.javacpp.Loader;

/**
 * JCublas 12 is linked against {@code libcublas.so.12}. Where only {@code libcublas.so.13} is installed, a library of
 * ours
 * that bears the older name is loaded first, so that the loader takes it, and passes the calls on (see
 * {@code src-cpp/compat/cublas12.c}).
 */
final class CublasForwarder {
    static final String RESOURCE = "linux-x86_64/libsemblance_cublas12.so";

    private CublasForwarder() {}

    static void loadWhereNeeded() {
        if (!Prerequisites.hasLibrary(Prerequisites.CUBLAS_12)) {
            System.load(extracted().getPath());
        }
    }

    private static File extracted() {
        try {
            File file = Loader.cacheResource(CublasForwarder.class, RESOURCE);
            if (file == null) {
                throw new UnsatisfiedLinkError("no resource " + RESOURCE + " in semblance-cuda");
            }
            return file;
        } catch (IOException e) {
            throw (UnsatisfiedLinkError) new UnsatisfiedLinkError("cannot extract " + RESOURCE).initCause(e);
        }
    }
}

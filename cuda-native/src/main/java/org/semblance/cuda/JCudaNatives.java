package org.semblance.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * JCuda's natives as files where JCuda looks for them. It writes them into {@code java.io.tmpdir} itself, but without a
 * lock: a process that starts beside another maps what is not yet whole, and dies of it. So they are put there first,
 * whole.
 */
final class JCudaNatives {
    private static final String VERSION = "12.6.0";

    static final List<String> NAMES = List.of(file("JCudaDriver"), file("JCublas2"));

    private JCudaNatives() {}

    private static String file(String library) {
        return "lib" + library + "-" + VERSION + "-linux-x86_64.so";
    }

    /** Before any class of JCuda is used. What its jars do not have is left to {@code java.library.path}. */
    static void place() throws IOException {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            place(folder);
        } catch (IOException e) {
            throw new IOException("JCuda's natives cannot be written to java.io.tmpdir, " + folder + ": " + e, e);
        }
    }

    static void place(Path folder) throws IOException {
        for (String name : NAMES) {
            try (InputStream in = JCudaNatives.class.getResourceAsStream("/lib/" + name)) {
                if (in != null) {
                    NativeFiles.place(folder.resolve(name), in.readAllBytes());
                }
            }
        }
    }
}

package org.semblance.weights.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files among the test resources: written by PyTorch 1.13 ({@code zip_*}, {@code leg_*} by their protocol of pickle,
 * {@code ck.pt}, {@code defl.pt}), NumPy 1.24 and h5py 3.7, and one official snapshot without its source code.
 */
public final class Samples {
    private Samples() {}

    /** The bytes of a file. */
    public static byte[] bytes(String name) {
        try (InputStream in = Samples.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no sample named " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A copy of a file in a folder. */
    public static Path copy(String name, Path folder) {
        return write(bytes(name), folder.resolve(name));
    }

    static Path write(byte[] bytes, Path path) {
        try {
            return Files.write(path, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

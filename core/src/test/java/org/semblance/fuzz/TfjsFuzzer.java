package org.semblance.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.semblance.weights.TfjsWeights;
import org.semblance.weights.Weights;

/** Manifests of TensorFlow.js up to a byte of zero, followed by the file {@code a.bin} beside them. */
public final class TfjsFuzzer {
    private static final Path FOLDER = folder();

    private TfjsFuzzer() {}

    private static Path folder() {
        try {
            return Files.createTempDirectory("fuzz");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
        fault(bytes, FOLDER);
    }

    /** Whether the files were refused; anything but an {@link IOException} of reading is thrown. */
    static boolean fault(byte[] bytes, Path folder) throws IOException {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        Path manifest = Files.write(folder.resolve("m-weights_manifest.json"), Arrays.copyOf(bytes, end));
        Files.write(folder.resolve("a.bin"), Arrays.copyOfRange(bytes, Math.min(end + 1, bytes.length), bytes.length));
        try (Weights weights = TfjsWeights.open(manifest)) {
            for (String name : weights.names()) {
                weights.doubles(name);
            }
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}

package org.semblance.weights.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A target for coverage-guided fuzzing with Jazzer, which is not part of the build:
 * {@code jazzer --cp=... --target_class=org.semblance.weights.files.FileFuzzer CORPUS}. Inputs that it finds belong
 * into
 * {@code corpus.zip} among the test resources, which {@link DamagedFilesTest} replays.
 */
public final class FileFuzzer {
    private static final Path FILE = file();

    private FileFuzzer() {}

    private static Path file() {
        try {
            return Files.createTempFile("fuzz", ".pkl");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Any outcome but a load or an {@link IOException} is a finding. */
    public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
        Files.write(FILE, bytes);
        Opening.fault(FILE);
    }
}

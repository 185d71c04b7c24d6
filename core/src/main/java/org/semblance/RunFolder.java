package org.semblance;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.semblance.files.DraftFile;
import org.semblance.training.Checkpoint;

/** The folder of one run, which no other process writes to. */
record RunFolder(Path path) {
    private static final String SNAPSHOT = ".test";

    /** Makes it if need be, and removes what a killed run left half written. */
    void open() throws IOException {
        Files.createDirectories(path);
        DraftFile.sweep(path);
        clearSnapshot();
    }

    /** Refuses to go on from an earlier step than what is there, which would be lost. */
    void requireNotBehind(long step) throws IOException {
        Path last = file(Trainer.LAST);
        if (!Files.exists(last)) {
            return;
        }
        long there = stepOf(last);
        if (there > step) {
            throw new IOException("trainer: " + last + " is at step " + there + ", which a run that goes on from step "
                    + step + " would destroy; go on from there, or in another folder");
        }
    }

    private static long stepOf(Path last) throws IOException {
        try {
            return Checkpoint.state(last).get("progress").get("step").asLong();
        } catch (IOException e) {
            throw new IOException(
                    "trainer: " + last + " cannot be read, so that nobody knows whether it is further on; remove it, or"
                            + " go on in another folder: " + e.getMessage(),
                    e);
        }
    }

    Path file(String name) {
        return path.resolve(name);
    }

    /** Where the model lies while it is tested. */
    Path snapshot() {
        return file(SNAPSHOT);
    }

    void clearSnapshot() throws IOException {
        if (!Files.isDirectory(snapshot())) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(snapshot())) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(snapshot());
    }
}

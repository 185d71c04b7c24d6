package org.semblance.weights;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes a file beside its place and moves it there when it is complete: readers see the old one or the new one. */
public final class AtomicFile {
    private AtomicFile() {}

    /** What a file is to hold. */
    public interface Content {
        /** Writes all of it; the stream is closed elsewhere. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** Replaces the file at this path; when writing fails, it stays as it was. */
    public static void write(Path path, Content content) throws IOException {
        Path place = path.toAbsolutePath();
        Path draft = place.resolveSibling("." + place.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            writeDraft(draft, content);
            move(draft, place);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static void writeDraft(Path draft, Content content) throws IOException {
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                OutputStream out = Channels.newOutputStream(channel)) {
            content.writeTo(out);
            channel.force(true);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}

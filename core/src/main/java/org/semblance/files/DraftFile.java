package org.semblance.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file that is written bit by bit and appears at its place only when it is complete: readers see the old one or the
 * new one, and a file that is closed before {@link #commit} leaves nothing.
 *
 * <pre>{@code
 * try (DraftFile draft = DraftFile.of(path)) {
 *     draft.out().write(...);
 *     draft.commit();
 * }
 * }</pre>
 *
 * <p>What a killed process leaves is a hidden file beside the place, which {@link #sweep} removes.
 */
public final class DraftFile implements AutoCloseable {
    private static final Pattern DRAFT = Pattern.compile("\\..+\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

    private final Path place;
    private final Path draft;
    private @Nullable OutputStream out;
    private boolean isPlaced;

    private DraftFile(Path path) {
        place = path.toAbsolutePath();
        draft = place.resolveSibling("." + place.getFileName() + "." + UUID.randomUUID() + ".tmp");
    }

    /** What a file is to hold. */
    public interface Content {
        /** Writes all of it; the stream is closed elsewhere. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Replaces the file at this path, in a folder that is there, and waits until its bytes are on the disk; when
     * writing fails, it stays as it was.
     */
    public static void write(Path path, Content content) throws IOException {
        try (DraftFile draft = beside(path)) {
            content.writeTo(draft.out());
            draft.commit(true);
        }
    }

    /** A draft of the file at this path, beside it; missing folders are made. */
    public static DraftFile of(Path path) throws IOException {
        DraftFile draft = beside(path);
        Path folder = draft.place.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        return draft;
    }

    /** The same in a folder that is there. */
    public static DraftFile beside(Path path) {
        return new DraftFile(path);
    }

    /** Where the draft is, for writers that want a path. */
    public Path path() {
        return draft;
    }

    /** Where the bytes go, buffered; the same stream every time. */
    public OutputStream out() throws IOException {
        if (out == null) {
            out = new BufferedOutputStream(Files.newOutputStream(draft, StandardOpenOption.CREATE_NEW));
        }
        return out;
    }

    /** Ends the draft and moves it to its place. */
    public void commit() throws IOException {
        commit(false);
    }

    /** As {@link #commit()}, and with {@code durable} waits until the bytes are on the disk. */
    public void commit(boolean durable) throws IOException {
        if (out != null) {
            out.close();
        }
        if (durable) {
            force(draft);
        }
        try {
            Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(draft, place, StandardCopyOption.REPLACE_EXISTING);
        }
        isPlaced = true;
    }

    @Override
    public void close() throws IOException {
        try (OutputStream ended = out) {
            out = null;
        } finally {
            if (!isPlaced) {
                Files.deleteIfExists(draft);
            }
        }
    }

    /** Waits until a file's bytes are on the disk. */
    public static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /**
     * Deletes the drafts that killed processes left in a folder. No other process may be writing there.
     *
     * @return how many there were
     */
    public static int sweep(Path folder) throws IOException {
        int swept = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, DraftFile::isDraft)) {
            for (Path file : files) {
                swept += Files.deleteIfExists(file) ? 1 : 0;
            }
        }
        return swept;
    }

    private static boolean isDraft(Path file) {
        return DRAFT.matcher(String.valueOf(file.getFileName())).matches();
    }
}

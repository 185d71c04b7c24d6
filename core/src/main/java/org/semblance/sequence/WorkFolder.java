package org.semblance.sequence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import org.semblance.weights.AtomicFile;

/** What a run keeps on disk so that another can go on with it: faces found, codes, blocks drawn. */
public final class WorkFolder implements AutoCloseable {
    private static final String SETTINGS = "run.sha256";
    private static final String SECRET = "secret";
    private static final String FOUND = "faces.records";
    private static final String ALL_FOUND = "faces.complete";
    private static final String ENCODED = "codes.records";
    private static final String DRAWN = "drawn.records";

    private final Path folder;
    private final RecordFile found;
    private final RecordFile encoded;
    private final RecordFile drawn;

    private WorkFolder(Path folder, RecordFile found, RecordFile encoded, RecordFile drawn) {
        this.folder = folder;
        this.found = found;
        this.encoded = encoded;
        this.drawn = drawn;
    }

    /** Opens a folder, or makes it. @throws IOException if a run with another fingerprint left it */
    static WorkFolder open(Path folder, String fingerprint) throws IOException {
        Files.createDirectories(folder);
        claim(folder, fingerprint);
        RecordFile found = RecordFile.open(folder.resolve(FOUND));
        try {
            RecordFile encoded = RecordFile.open(folder.resolve(ENCODED));
            try {
                return new WorkFolder(folder, found, encoded, RecordFile.open(folder.resolve(DRAWN)));
            } catch (IOException e) {
                encoded.close();
                throw e;
            }
        } catch (IOException e) {
            found.close();
            throw e;
        }
    }

    private static void claim(Path folder, String fingerprint) throws IOException {
        Path settings = folder.resolve(SETTINGS);
        try {
            String there = Files.readString(settings, StandardCharsets.UTF_8);
            if (!there.equals(fingerprint)) {
                throw new IOException("an unfinished run with other frames, identities, options or networks is in "
                        + folder + "; finish it as it was begun, or begin anew");
            }
        } catch (NoSuchFileException e) {
            AtomicFile.write(settings, out -> out.write(fingerprint.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** A random text that stays the same until the folder is removed, so that a run with it can be resumed. */
    public static String secret(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(SECRET);
        if (!Files.exists(file)) {
            byte[] random = new byte[32];
            new SecureRandom().nextBytes(random);
            byte[] text = HexFormat.of().formatHex(random).getBytes(StandardCharsets.UTF_8);
            AtomicFile.write(file, out -> out.write(text));
        }
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    /** Removes what a run left in a folder, and the folder where it holds nothing else. */
    public static void remove(Path folder) throws IOException {
        for (String name : List.of(SETTINGS, SECRET, FOUND, ALL_FOUND, ENCODED, DRAWN)) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Files.deleteIfExists(folder);
    }

    /** Faces, a record for each frame. */
    RecordFile found() {
        return found;
    }

    /** Whether the last frame was searched. */
    boolean isFound() {
        return Files.exists(folder.resolve(ALL_FOUND));
    }

    /** Notes that the last frame was searched. */
    void setFound() throws IOException {
        AtomicFile.write(folder.resolve(ALL_FOUND), out -> {});
    }

    /** Codes, a record for each block. */
    RecordFile encoded() {
        return encoded;
    }

    /** An empty record for each block that is drawn. */
    RecordFile drawn() {
        return drawn;
    }

    @Override
    public void close() throws IOException {
        try (found;
                encoded) {
            drawn.close();
        }
    }
}

package org.semblance.sequence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.semblance.files.DraftFile;

/** What a run keeps on disk so that another can go on with it: faces found, codes, blocks drawn. */
public final class WorkFolder implements AutoCloseable {
    private static final String OWN = "rwx------";
    private static final String SETTINGS = "run.sha256";
    private static final String SECRET = "secret";
    private static final String FOUND = "faces.records";
    private static final String ALL_FOUND = "faces.complete";
    private static final String ENCODED = "codes.records";
    private static final String PROBED = "identities.records";
    private static final String DRAWN = "drawn.records";

    private final Path folder;
    private final RecordFile found;
    private final RecordFile encoded;
    private final RecordFile probed;
    private final RecordFile drawn;

    private WorkFolder(Path folder, RecordFile found, RecordFile encoded, RecordFile probed, RecordFile drawn) {
        this.folder = folder;
        this.found = found;
        this.encoded = encoded;
        this.probed = probed;
        this.drawn = drawn;
    }

    /**
     * Opens a folder, or makes it, and sweeps drafts out of it that a killed run left.
     *
     * @throws IOException if a run with another fingerprint left it, or another run has it open
     */
    static WorkFolder open(Path folder, String fingerprint) throws IOException {
        make(folder);
        List<RecordFile> opened = new ArrayList<>();
        try {
            opened.add(RecordFile.open(folder.resolve(FOUND)));
            requireAlone(opened.get(0), folder);
            DraftFile.sweep(folder);
            claim(folder, fingerprint);
            for (String name : List.of(ENCODED, PROBED, DRAWN)) {
                opened.add(RecordFile.open(folder.resolve(name)));
            }
            return new WorkFolder(folder, opened.get(0), opened.get(1), opened.get(2), opened.get(3));
        } catch (IOException e) {
            for (RecordFile file : opened) {
                file.close();
            }
            throw e;
        }
    }

    /** It holds embeddings of faces and perhaps a secret, so that nobody but its owner may look into it. */
    private static void make(Path folder) throws IOException {
        Path place = folder.toAbsolutePath();
        if (Files.isDirectory(place)) {
            return;
        }
        Files.createDirectories(place.resolveSibling(""));
        boolean hasOwners = place.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] own = hasOwners
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWN))}
                : new FileAttribute<?>[0];
        Files.createDirectory(place, own);
    }

    private static void requireAlone(RecordFile found, Path folder) throws IOException {
        if (!found.lock()) {
            throw new IOException("sequence: another run is at work in " + folder);
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
            DraftFile.write(settings, out -> out.write(fingerprint.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Random bytes that stay the same until the folder is removed, so that a run with them can be resumed. */
    public static byte[] secret(Path folder) throws IOException {
        make(folder);
        Path file = folder.resolve(SECRET);
        if (!Files.exists(file)) {
            byte[] random = new byte[32];
            new SecureRandom().nextBytes(random);
            DraftFile.write(file, out -> out.write(random));
        }
        return Files.readAllBytes(file);
    }

    /**
     * Removes what a run left in a folder, and the folder where it holds nothing else.
     *
     * @throws IOException if a run is at work there
     */
    public static void remove(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (RecordFile found = RecordFile.open(folder.resolve(FOUND))) {
            requireAlone(found, folder);
        }
        DraftFile.sweep(folder);
        for (String name : List.of(SETTINGS, SECRET, FOUND, ALL_FOUND, ENCODED, PROBED, DRAWN)) {
            Files.deleteIfExists(folder.resolve(name));
        }
        try (Stream<Path> rest = Files.list(folder)) {
            if (rest.findAny().isPresent()) {
                return;
            }
        }
        Files.delete(folder);
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
        DraftFile.write(folder.resolve(ALL_FOUND), out -> {});
    }

    /** Codes, a record for each block. */
    RecordFile encoded() {
        return encoded;
    }

    /** Identities of faces drawn on trial, a record for each block. */
    RecordFile probed() {
        return probed;
    }

    /** An empty record for each block that is drawn. */
    RecordFile drawn() {
        return drawn;
    }

    @Override
    public void close() throws IOException {
        try (found;
                encoded;
                probed) {
            drawn.close();
        }
    }
}

package org.semblance.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.semblance.files.DraftFile;

/**
 * The jar's native libraries as files that the system's loader takes, in JavaCPP's cache ({@code
 * org.bytedeco.javacpp.cachedir}), in a folder named by the SHA-256 of what they hold. JavaCPP's own extraction names
 * the folder by the jar, and so writes over what another process, with another build in a jar of that name, is about to
 * load; a library that is mapped while it is short kills the process. Here a file has its name only once it is whole,
 * and is never written again. {@link NativeCache} removes folders that nobody uses any more.
 */
final class NativeFiles {
    private static final String FOLDER = "semblance-cuda";

    private NativeFiles() {}

    /**
     * Loads libraries of this machine's platform, in this order, all from one folder. They become the class loader's of
     * this package.
     *
     * @throws UnsatisfiedLinkError if the jar has none for this platform, or the system refuses
     */
    static void load(String... names) {
        try {
            Map<String, byte[]> libraries = new LinkedHashMap<>();
            for (String name : names) {
                libraries.put(name, resource(Loader.getPlatform() + "/" + name));
            }
            Path folders = Loader.getCacheDir().toPath().toRealPath().resolve(FOLDER);
            NativeCache.use(folders, () -> {
                Path folder = extract(folders, libraries);
                for (String name : names) {
                    System.load(folder.resolve(name).toString());
                }
            });
            NativeCache.prune(folders, Instant.now());
        } catch (IOException e) {
            throw (UnsatisfiedLinkError)
                    new UnsatisfiedLinkError("semblance-cuda: cannot extract " + String.join(", ", names) + ": " + e)
                            .initCause(e);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = NativeFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new UnsatisfiedLinkError("semblance-cuda: there is no " + name + " in it");
            }
            return in.readAllBytes();
        }
    }

    /**
     * The one of the folders that holds exactly these files, made if need be; for any number of processes at once.
     */
    static Path extract(Path folders, Map<String, byte[]> files) throws IOException {
        Path folder = folders.resolve(digest(files));
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            place(folder.resolve(file.getKey()), file.getValue());
        }
        NativeCache.touch(folder, Instant.now());
        return folder;
    }

    /** Makes a file hold exactly this, if it does not; nobody ever sees part of it. */
    static void place(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        if (!Files.isRegularFile(file) || !Arrays.equals(Files.readAllBytes(file), bytes)) {
            put(file, bytes);
        }
    }

    /** Whoever has mapped a file of this name keeps what they have. */
    private static void put(Path place, byte[] bytes) throws IOException {
        try (DraftFile draft = DraftFile.beside(place)) {
            draft.out().write(bytes);
            draft.commit();
        }
    }

    private static String digest(Map<String, byte[]> files) {
        try {
            MessageDigest all = MessageDigest.getInstance("SHA-256");
            for (byte[] bytes : files.values()) {
                all.update(MessageDigest.getInstance("SHA-256").digest(bytes));
            }
            return HexFormat.of().formatHex(all.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}

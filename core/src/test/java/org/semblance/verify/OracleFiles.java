package org.semblance.verify;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.semblance.json.Json;

/** The project's own copy of a part of the golden data, as a folder. */
public final class OracleFiles {
    private static final String ROOT = "/org/semblance/oracle/";

    private OracleFiles() {}

    /** Copies the set out of the class path, be it a folder or a jar. */
    public static Path copyTo(Path folder) {
        try {
            copy("manifest.json", folder);
            for (Json entry :
                    Json.parse(folder.resolve("manifest.json")).get("cases").elements()) {
                copy(entry.get("file").asString(), folder);
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(String name, Path folder) throws IOException {
        Path target = folder.resolve(name);
        Files.createDirectories(target.getParent());
        try (InputStream in = OracleFiles.class.getResourceAsStream(ROOT + name)) {
            if (in == null) {
                throw new IOException("no resource " + ROOT + name);
            }
            Files.copy(in, target);
        }
    }
}

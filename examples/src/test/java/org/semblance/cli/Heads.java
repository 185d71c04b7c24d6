package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.semblance.heads.HeadFactors;
import org.semblance.heads.HeadRenderer;
import org.semblance.image.Image;

/** Pictures for tests. */
public final class Heads {
    private Heads() {}

    public static Image head(long identity, long attributes) {
        return Image.fromFloats(new HeadRenderer(1)
                .render(HeadFactors.of(identity, attributes), 64)
                .image());
    }

    public static Path write(Path file, long identity, long attributes) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        head(identity, attributes).writePng(file);
        return file;
    }
}

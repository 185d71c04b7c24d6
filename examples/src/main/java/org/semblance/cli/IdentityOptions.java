package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.semblance.Disentangler;
import org.semblance.IdentityTemplate;
import org.semblance.image.Image;
import picocli.CommandLine.Option;

/** Who heads become: one photograph, or several of one person. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class IdentityOptions {
    @Option(
            names = "--identity",
            required = true,
            paramLabel = "PATH",
            description = "PNG or JPEG: who it is; or a folder of several pictures of one person.")
    private Path path;

    @Option(
            names = "--template",
            paramLabel = "mean|median",
            defaultValue = "mean",
            description = "With a folder: what one identity is made of several, the mean direction or the median, which"
                    + " a few wrong pictures do not move (default: ${DEFAULT-VALUE}).")
    private IdentityTemplate template;

    Path path() {
        return path;
    }

    boolean isFolder() {
        return Files.isDirectory(path);
    }

    String template() {
        return template.name().toLowerCase(Locale.ROOT);
    }

    /** The files it is made of. */
    List<Path> files() throws IOException {
        return isFolder() ? PictureOptions.in(path) : List.of(path);
    }

    /** Its embedding. */
    float[] embedding(Disentangler pipeline, PictureOptions pictures) throws IOException {
        return embedding(pipeline, pictures.read(files(), pipeline.resolution()));
    }

    /** The embedding of aligned faces. */
    float[] embedding(Disentangler pipeline, List<Image> faces) {
        return template.of(pipeline.identity().embed(faces));
    }
}

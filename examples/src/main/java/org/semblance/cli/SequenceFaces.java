package org.semblance.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.semblance.FaceFinder;
import org.semblance.SequenceSwapper;
import org.semblance.image.FaceAligner;
import org.semblance.image.Image;
import org.semblance.sequence.FaceLocator;

/**
 * The faces of a sequence and of its identity pictures.
 *
 * @param options how faces are found
 * @param finder or null where pictures are aligned faces
 * @param resolution pixels per side that the model takes
 * @param err where it is said that a picture has several faces
 */
record SequenceFaces(FaceOptions options, @Nullable FaceFinder finder, int resolution, PrintWriter err)
        implements AutoCloseable {
    /** Finds the faces of frames. */
    FaceLocator locator() {
        return finder == null ? frame -> List.of() : SequenceSwapper.located(finder, options.score());
    }

    /** The face of an identity picture. */
    Image portrait(Path path, PictureOptions pictures) throws IOException {
        if (finder == null) {
            return pictures.read(path, resolution);
        }
        Image photo = Image.read(path);
        return new FaceAligner(resolution)
                .align(
                        photo,
                        options.one(finder, photo, path, 0, "cutting it out with 'align'", err)
                                .landmarks())
                .image();
    }

    @Override
    public void close() {
        if (finder != null) {
            finder.close();
        }
    }
}

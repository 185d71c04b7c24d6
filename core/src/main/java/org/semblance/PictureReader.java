package org.semblance;

import java.io.IOException;
import java.nio.file.Path;
import org.semblance.image.Image;

/** How files become pictures of the size that a model takes, such as {@code Image::read}. */
@FunctionalInterface
public interface PictureReader {
    /** The picture in a file. @throws IOException if it cannot be read or does not fit */
    Image read(Path file) throws IOException;
}

package org.semblance.sequence;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.semblance.image.Image;

/** Reads frames one after the other. */
public interface FrameReader extends AutoCloseable {
    /**
     * The next frame, or null after the last.
     *
     * @throws IOException if it cannot be read
     */
    @Nullable
    Image next() throws IOException;

    @Override
    void close() throws IOException;
}

package org.semblance.sequence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ServiceLoader;

/** Video files as sequences of frames. The artifact {@code semblance-video} provides one, with FFmpeg. */
public interface VideoFormat {
    /**
     * The frames of a file, upright.
     *
     * @throws IOException if it cannot be read or holds no video
     */
    FrameSource read(Path file) throws IOException;

    /**
     * Writes frames at the times that the frames of another file have, with its sound, unchanged. The file is there
     * once it is complete.
     *
     * @param frames as many as the other file has
     * @param original times and sound
     * @param out its ending tells the container, such as {@code .mp4}
     * @throws IOException if something cannot be read or written
     */
    void write(FrameSource frames, Path original, Path out) throws IOException;

    /**
     * Writes frames at equal distances in time, without sound.
     *
     * @param rate frames per second
     */
    void write(FrameSource frames, double rate, Path out) throws IOException;

    /** The one that is on the class path. @throws IOException if there is none */
    static VideoFormat find() throws IOException {
        return ServiceLoader.load(VideoFormat.class)
                .findFirst()
                .orElseThrow(() -> new IOException("video files need the artifact semblance-video on the class path;"
                        + " a folder of frames does not"));
    }
}

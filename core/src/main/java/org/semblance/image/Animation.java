package org.semblance.image;

import java.io.IOException;
import java.io.OutputStream;

/** Pictures of one size, one after the other, as one file that browsers play; made frame by frame. */
public interface Animation extends AutoCloseable {
    /**
     * How it plays.
     *
     * @param frames number of pictures, at least 1
     * @param delay milliseconds that each is shown, 10 to 60,000; GIF knows hundredths of a second only
     * @param loops how often, 0 for ever
     */
    record Timing(int frames, int delay, int loops) {
        public Timing {
            if (frames < 1 || delay < 10 || delay > 60_000 || loops < 0 || loops > 65_535) {
                throw new IllegalArgumentException("animation: expected at least 1 frame, a delay of 10 to 60000 ms and"
                        + " 0 to 65535 loops, got " + frames + ", " + delay + " and " + loops);
            }
        }
    }

    /** Animated PNG: exact colours. The stream is not closed. */
    static Animation png(OutputStream out, Timing timing) {
        return new AnimatedPng(out, timing);
    }

    /** GIF: 256 colours for each picture. The stream is not closed. */
    static Animation gif(OutputStream out, Timing timing) throws IOException {
        return new AnimatedGif(out, timing);
    }

    /**
     * Adds a picture.
     *
     * @throws IllegalArgumentException if it is not of the size of the first, or one too many
     */
    void add(Image frame) throws IOException;

    /** Ends the file. @throws IllegalStateException if pictures are missing */
    void finish() throws IOException;

    @Override
    void close();
}

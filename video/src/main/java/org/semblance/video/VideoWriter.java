package org.semblance.video;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import org.semblance.image.Image;
import org.semblance.sequence.FrameReader;
import org.semblance.sequence.FrameSource;

/**
 * Writes a video file whole or not at all.
 *
 * @param frames its pictures
 * @param out where it goes
 */
record VideoWriter(FrameSource frames, Path out) {
    /** @param sound file whose sound is copied, or null */
    void write(Clock clock, long bitRate, @Nullable Path sound) throws IOException {
        Path place = out.toAbsolutePath();
        Path draft = place.resolveSibling("." + place.getFileName() + ".part");
        try {
            encode(draft, clock, bitRate, sound);
            Files.move(draft, place, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private void encode(Path draft, Clock clock, long bitRate, @Nullable Path from) throws IOException {
        try (FrameReader reader = frames.open(0)) {
            Image first = reader.next();
            if (first == null) {
                throw new IOException("video: there are no frames for " + out);
            }
            try (Muxer muxer = Muxer.open(out, draft);
                    Encoder encoder = new Encoder(out, muxer, first, clock, bitRate);
                    Sound sound = from == null ? null : Sound.of(from, muxer)) {
                muxer.begin();
                for (Image image = first; image != null; image = reader.next()) {
                    long time = clock.next();
                    encoder.add(image, time);
                    if (sound != null) {
                        sound.until(time, clock.unit());
                    }
                }
                encoder.end();
                if (sound != null) {
                    sound.rest();
                }
                muxer.end();
            }
        }
    }
}

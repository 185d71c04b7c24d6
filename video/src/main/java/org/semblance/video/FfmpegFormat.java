package org.semblance.video;

import java.io.IOException;
import java.nio.file.Path;
import org.semblance.sequence.FrameSource;
import org.semblance.sequence.VideoFormat;

/**
 * Reads what FFmpeg reads; writes H.264 by OpenH264, or VP9 into {@code .webm}. Frames are taken as they are shown,
 * turned upright; their times are kept, also where their distances vary.
 */
public final class FfmpegFormat implements VideoFormat {
    @Override
    public FrameSource read(Path file) throws IOException {
        return VideoFile.of(file);
    }

    @Override
    public void write(FrameSource frames, Path original, Path out) throws IOException {
        try (Decoder timing = Decoder.open(Demuxer.open(original))) {
            new VideoWriter(frames, out)
                    .write(Clock.of(timing), timing.demuxer().bitRate(), original);
        }
    }

    @Override
    public void write(FrameSource frames, double rate, Path out) throws IOException {
        if (!(rate > 0 && rate <= 1000)) {
            throw new IllegalArgumentException("video: rate must be above 0 to 1000 frames per second, got " + rate);
        }
        new VideoWriter(frames, out).write(Clock.of(rate), 0, null);
    }
}

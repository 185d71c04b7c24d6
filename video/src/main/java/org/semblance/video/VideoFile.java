package org.semblance.video;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.bytedeco.ffmpeg.global.avutil;
import org.semblance.sequence.Fingerprint;
import org.semblance.sequence.FrameReader;
import org.semblance.sequence.FrameSource;

/** The frames of a video file. */
final class VideoFile implements FrameSource {
    private final Path file;
    private final int estimate;

    private VideoFile(Path file, int estimate) {
        this.file = file;
        this.estimate = estimate;
    }

    static VideoFile of(Path file) throws IOException {
        try (Demuxer demuxer = Demuxer.open(file)) {
            long stated = demuxer.video().nb_frames();
            double rate = avutil.av_q2d(demuxer.video().avg_frame_rate());
            double guessed = Double.isFinite(rate) ? rate * demuxer.seconds() : 0;
            return new VideoFile(file, (int) Math.min(Integer.MAX_VALUE, stated > 0 ? stated : Math.round(guessed)));
        }
    }

    @Override
    public FrameReader open(int first) throws IOException {
        VideoReader reader = new VideoReader(Decoder.open(Demuxer.open(file)));
        try {
            reader.skip(first);
            return reader;
        } catch (IOException e) {
            reader.close();
            throw e;
        }
    }

    @Override
    public int estimate() {
        return estimate;
    }

    @Override
    public String name(int frame) {
        return String.format(Locale.ROOT, "frame%06d", frame);
    }

    /** Of name, size and time of the file; its contents are not read. */
    @Override
    public String fingerprint() throws IOException {
        String all = file.getFileName() + "\t" + Files.size(file) + "\t"
                + Files.getLastModifiedTime(file).toMillis();
        return Fingerprint.of(all.getBytes(StandardCharsets.UTF_8));
    }
}

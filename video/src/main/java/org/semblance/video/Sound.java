package org.semblance.video;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/** Copies the sound of a file packet by packet, none of it decoded. */
final class Sound implements AutoCloseable {
    private final Demuxer from;
    private final Muxer to;
    private final Map<Integer, AVStream> streams = new LinkedHashMap<>();
    private @Nullable AVPacket waiting;

    private Sound(Demuxer from, Muxer to) {
        this.from = from;
        this.to = to;
    }

    /** Adds the streams of sound of a file to a container that has not begun. */
    static Sound of(Path file, Muxer to) throws IOException {
        Sound sound = new Sound(Demuxer.open(file), to);
        try {
            for (int i = 0; i < sound.from.streams(); i++) {
                if (sound.from.isSound(i)) {
                    sound.streams.put(i, to.add(sound.from.stream(i)));
                }
            }
            return sound;
        } catch (IOException e) {
            sound.close();
            throw e;
        }
    }

    /** Copies what is to be heard before a time. */
    void until(long time, AVRational unit) throws IOException {
        for (AVPacket packet = current(); packet != null; packet = advance()) {
            long start = packet.dts() == avutil.AV_NOPTS_VALUE ? packet.pts() : packet.dts();
            if (start != avutil.AV_NOPTS_VALUE && avutil.av_compare_ts(start, time(packet), time, unit) > 0) {
                return;
            }
            copy(packet);
        }
    }

    /** Copies the rest. */
    void rest() throws IOException {
        for (AVPacket packet = current(); packet != null; packet = advance()) {
            copy(packet);
        }
    }

    private void copy(AVPacket packet) throws IOException {
        AVStream stream = streams.get(packet.stream_index());
        if (stream == null) {
            throw new IllegalStateException("video: sound must be of a known stream, got " + packet.stream_index());
        }
        to.write(packet, time(packet), stream);
    }

    private AVRational time(AVPacket packet) {
        return from.stream(packet.stream_index()).time_base();
    }

    private @Nullable AVPacket current() throws IOException {
        return waiting != null ? waiting : advance();
    }

    private @Nullable AVPacket advance() throws IOException {
        AVPacket next = streams.isEmpty() ? null : from.next();
        while (next != null && !streams.containsKey(next.stream_index())) {
            next = from.next();
        }
        waiting = next;
        return next;
    }

    @Override
    public void close() {
        from.close();
    }
}

package org.semblance.video;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** A container opened for reading packets. */
final class Demuxer implements AutoCloseable {
    private final Path file;
    private final AVFormatContext context;
    private final AVPacket packet;
    private final int video;

    private Demuxer(Path file, AVFormatContext context, AVPacket packet, int video) {
        this.file = file;
        this.context = context;
        this.packet = packet;
        this.video = video;
    }

    static Demuxer open(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        Ffmpeg.load();
        AVFormatContext context = new AVFormatContext(null);
        Ffmpeg.check(
                avformat.avformat_open_input(context, "file:" + file.toAbsolutePath(), null, (AVDictionary) null),
                "open",
                file);
        try {
            Ffmpeg.check(
                    avformat.avformat_find_stream_info(context, (PointerPointer<?>) null), "find streams in", file);
            int video = Ffmpeg.check(
                    avformat.av_find_best_stream(
                            context, avutil.AVMEDIA_TYPE_VIDEO, -1, -1, (PointerPointer<?>) null, 0),
                    "find video in",
                    file);
            return new Demuxer(file, context, Ffmpeg.made(avcodec.av_packet_alloc(), "a packet"), video);
        } catch (IOException e) {
            avformat.avformat_close_input(context);
            throw e;
        }
    }

    Path file() {
        return file;
    }

    int streams() {
        return context.nb_streams();
    }

    AVStream stream(int index) {
        return context.streams(index);
    }

    /** The stream of pictures. */
    AVStream video() {
        return stream(video);
    }

    boolean isVideo(int index) {
        return index == video;
    }

    boolean isSound(int index) {
        AVCodecParameters parameters = stream(index).codecpar();
        return parameters.codec_type() == avutil.AVMEDIA_TYPE_AUDIO;
    }

    /** Bits per second of the whole file, or 0 if unknown. */
    long bitRate() {
        return Math.max(0, context.bit_rate());
    }

    /** Seconds, or 0 if unknown. */
    double seconds() {
        return Math.max(0, context.duration() / (double) avutil.AV_TIME_BASE);
    }

    /** The next packet, valid until the next call or the end; null after the last. */
    @Nullable
    AVPacket next() throws IOException {
        avcodec.av_packet_unref(packet);
        int answer = avformat.av_read_frame(context, packet);
        if (answer == avutil.AVERROR_EOF()) {
            return null;
        }
        Ffmpeg.check(answer, "read", file);
        return packet;
    }

    @Override
    public void close() {
        avcodec.av_packet_free(packet);
        avformat.avformat_close_input(context);
    }
}

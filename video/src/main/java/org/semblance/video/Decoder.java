package org.semblance.video;

import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/** The pictures of a container in the order in which they are shown. */
final class Decoder implements AutoCloseable {
    private final Demuxer demuxer;
    private final AVCodecContext context;
    private final AVFrame frame;
    private boolean drained;

    private Decoder(Demuxer demuxer, AVCodecContext context, AVFrame frame) {
        this.demuxer = demuxer;
        this.context = context;
        this.frame = frame;
    }

    /** Takes the demuxer over: it is closed with this, and if this cannot be made. */
    static Decoder open(Demuxer demuxer) throws IOException {
        try {
            AVStream stream = demuxer.video();
            AVCodec codec = avcodec.avcodec_find_decoder(stream.codecpar().codec_id());
            if (codec == null) {
                throw new IOException("video: there is no decoder for "
                        + avcodec.avcodec_get_name(stream.codecpar().codec_id()).getString() + " in " + demuxer.file());
            }
            AVCodecContext context = Ffmpeg.made(avcodec.avcodec_alloc_context3(codec), "a decoder");
            try {
                Ffmpeg.check(
                        avcodec.avcodec_parameters_to_context(context, stream.codecpar()), "decode", demuxer.file());
                context.pkt_timebase(stream.time_base());
                context.thread_count(Runtime.getRuntime().availableProcessors());
                Ffmpeg.check(avcodec.avcodec_open2(context, codec, (AVDictionary) null), "decode", demuxer.file());
                return new Decoder(demuxer, context, Ffmpeg.made(avutil.av_frame_alloc(), "a frame"));
            } catch (IOException e) {
                avcodec.avcodec_free_context(context);
                throw e;
            }
        } catch (IOException e) {
            demuxer.close();
            throw e;
        }
    }

    Demuxer demuxer() {
        return demuxer;
    }

    /** The next picture, valid until the next call or the end; null after the last. */
    @Nullable
    AVFrame next() throws IOException {
        while (true) {
            int answer = avcodec.avcodec_receive_frame(context, frame);
            if (answer == avutil.AVERROR_EOF()) {
                return null;
            }
            if (answer != avutil.AVERROR_EAGAIN()) {
                Ffmpeg.check(answer, "decode", demuxer.file());
                return frame;
            }
            feed();
        }
    }

    private void feed() throws IOException {
        AVPacket packet = demuxer.next();
        while (packet != null && !demuxer.isVideo(packet.stream_index())) {
            packet = demuxer.next();
        }
        if (packet == null && drained) {
            throw new IOException("video: cannot decode " + demuxer.file() + ": it ends too early");
        }
        drained = packet == null;
        Ffmpeg.check(avcodec.avcodec_send_packet(context, packet), "decode", demuxer.file());
    }

    @Override
    public void close() {
        avutil.av_frame_free(frame);
        avcodec.avcodec_free_context(context);
        demuxer.close();
    }
}

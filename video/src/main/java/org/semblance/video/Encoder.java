package org.semblance.video;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.ffmpeg.swscale.SwsFilter;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;
import org.semblance.image.Image;

/** Compresses pictures and gives the packets to a container. */
final class Encoder implements AutoCloseable {
    private static final double BITS_PER_PIXEL = 0.2;
    private static final long LEAST_BITS = 400_000;
    private static final int SECONDS_BETWEEN_KEYS = 2;

    private final Path file;
    private final Muxer muxer;
    private final AVStream stream;
    private final AVCodecContext context;
    private final AVFrame frame;
    private final AVPacket packet;
    private final SwsContext scaler;

    /**
     * An encoder of a new stream.
     *
     * @param first tells the size; an odd column or row at the end is left out, as H.264 has none
     * @param bitRate of the file that is replaced, or 0; the result has at least as many
     */
    Encoder(Path file, Muxer muxer, Image first, Clock clock, long bitRate) throws IOException {
        this.file = file;
        this.muxer = muxer;
        AVCodec codec = codec(file);
        context = Ffmpeg.made(avcodec.avcodec_alloc_context3(codec), "an encoder");
        frame = avutil.av_frame_alloc();
        packet = avcodec.av_packet_alloc();
        SwsContext made = null;
        try {
            describe(first, clock, bitRate);
            Ffmpeg.check(avcodec.avcodec_open2(context, codec, (AVDictionary) null), "encode", file);
            stream = muxer.add();
            stream.time_base(context.time_base());
            stream.avg_frame_rate(clock.rate());
            Ffmpeg.check(
                    avcodec.avcodec_parameters_from_context(stream.codecpar(), context), "describe the video of", file);
            made = scaler();
            allocate();
        } catch (IOException e) {
            free(made);
            throw e;
        }
        scaler = made;
    }

    private static AVCodec codec(Path file) throws IOException {
        boolean isWebm = file.toString().toLowerCase(Locale.ROOT).endsWith(".webm");
        String name = isWebm ? "libvpx-vp9" : "libopenh264";
        AVCodec codec = avcodec.avcodec_find_encoder_by_name(name);
        if (codec == null) {
            throw new IOException("video: this build of FFmpeg has no " + name + " to write " + file);
        }
        return codec;
    }

    private void describe(Image first, Clock clock, long bitRate) {
        context.width(first.width() & ~1).height(first.height() & ~1);
        context.pix_fmt(avutil.AV_PIX_FMT_YUV420P);
        Colours colours = colours();
        context.colorspace(colours.matrix()).color_range(avutil.AVCOL_RANGE_MPEG);
        context.time_base(clock.unit()).framerate(clock.rate());
        double rate = avutil.av_q2d(clock.rate());
        context.gop_size((int) Math.max(1, Math.round(SECONDS_BETWEEN_KEYS * rate)));
        double usual = BITS_PER_PIXEL * context.width() * context.height() * rate;
        context.bit_rate(Math.max(Math.max(bitRate, LEAST_BITS), Math.round(usual)));
        context.flags(context.flags() | avcodec.AV_CODEC_FLAG_BITEXACT);
        context.thread_count(1); // one thread, so that equal runs give equal files
        if (muxer.wantsHeaders()) {
            context.flags(context.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
        }
    }

    private Colours colours() {
        return Colours.of(avutil.AVCOL_SPC_UNSPECIFIED, avutil.AVCOL_RANGE_MPEG, context.height());
    }

    private SwsContext scaler() throws IOException {
        SwsContext made = Ffmpeg.made(
                swscale.sws_getContext(
                        context.width(),
                        context.height(),
                        avutil.AV_PIX_FMT_RGB24,
                        context.width(),
                        context.height(),
                        context.pix_fmt(),
                        swscale.SWS_BICUBIC
                                | swscale.SWS_ACCURATE_RND
                                | swscale.SWS_FULL_CHR_H_INP
                                | swscale.SWS_BITEXACT,
                        (SwsFilter) null,
                        null,
                        (DoublePointer) null),
                "a converter of colours");
        colours().apply(made, false);
        return made;
    }

    private void allocate() throws IOException {
        frame.format(context.pix_fmt()).width(context.width()).height(context.height());
        frame.colorspace(context.colorspace());
        frame.color_range(context.color_range());
        Ffmpeg.check(avutil.av_frame_get_buffer(frame, 0), "encode", file);
    }

    /** Compresses a picture. @throws IOException if its size differs from the first's */
    void add(Image image, long time) throws IOException {
        if ((image.width() & ~1) != context.width() || (image.height() & ~1) != context.height()) {
            throw new IOException("video: frames must have one size, got " + image + " after " + context.width() + "x"
                    + context.height());
        }
        Ffmpeg.check(avutil.av_frame_make_writable(frame), "encode", file);
        byte[] rgb = image.toBytes();
        try (BytePointer bytes = new BytePointer(rgb);
                PointerPointer<BytePointer> planes = new PointerPointer<>(new BytePointer[] {bytes});
                IntPointer strides = new IntPointer(new int[] {3 * image.width()})) {
            Ffmpeg.check(
                    swscale.sws_scale(
                            scaler,
                            planes,
                            strides,
                            0,
                            context.height(),
                            new PointerPointer<>(frame),
                            frame.linesize()),
                    "convert a frame of",
                    file);
        }
        frame.pts(time);
        send(frame);
    }

    /** Gives out what the encoder still holds. */
    void end() throws IOException {
        send(null);
    }

    private void send(@Nullable AVFrame next) throws IOException {
        Ffmpeg.check(avcodec.avcodec_send_frame(context, next), "encode", file);
        while (true) {
            int answer = avcodec.avcodec_receive_packet(context, packet);
            if (answer == avutil.AVERROR_EAGAIN() || answer == avutil.AVERROR_EOF()) {
                return;
            }
            Ffmpeg.check(answer, "encode", file);
            muxer.write(packet, context.time_base(), stream);
        }
    }

    private void free(@Nullable SwsContext converter) {
        if (converter != null) {
            swscale.sws_freeContext(converter);
        }
        avcodec.av_packet_free(packet);
        avutil.av_frame_free(frame);
        avcodec.avcodec_free_context(context);
    }

    @Override
    public void close() {
        free(scaler);
    }
}

package org.semblance.video;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.javacpp.PointerPointer;

/** A container opened for writing packets. */
final class Muxer implements AutoCloseable {
    private final Path file;
    private final AVFormatContext context;

    private Muxer(Path file, AVFormatContext context) {
        this.file = file;
        this.context = context;
    }

    /**
     * A container of the kind that a name's ending says.
     *
     * @param draft where it is written
     */
    static Muxer open(Path name, Path draft) throws IOException {
        Ffmpeg.load();
        AVFormatContext context = new AVFormatContext(null);
        Ffmpeg.check(
                avformat.avformat_alloc_output_context2(
                        context, (AVOutputFormat) null, null, String.valueOf(name.getFileName())),
                "find a container for",
                name);
        AVIOContext io = new AVIOContext(null);
        try {
            Ffmpeg.check(
                    avformat.avio_open(io, "file:" + draft.toAbsolutePath(), avformat.AVIO_FLAG_WRITE), "write", name);
        } catch (IOException e) {
            avformat.avformat_free_context(context);
            throw e;
        }
        context.pb(io);
        // Neither versions nor times, so that equal runs give equal files.
        context.flags(context.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);
        return new Muxer(name, context);
    }

    /** Whether encoders must put their headers there and not into packets. */
    boolean wantsHeaders() {
        return (context.oformat().flags() & avformat.AVFMT_GLOBALHEADER) != 0;
    }

    /** A further stream, to be described before {@link #begin}; its number is in it. */
    AVStream add() throws IOException {
        return Ffmpeg.made(avformat.avformat_new_stream(context, null), "a stream");
    }

    /** A further stream, as another container describes it. */
    AVStream add(AVStream like) throws IOException {
        AVStream stream = add();
        AVCodecParameters parameters = stream.codecpar();
        Ffmpeg.check(avcodec.avcodec_parameters_copy(parameters, like.codecpar()), "describe a stream of", file);
        parameters.codec_tag(0);
        stream.time_base(like.time_base());
        stream.disposition(like.disposition());
        return stream;
    }

    void begin() throws IOException {
        Ffmpeg.check(avformat.avformat_write_header(context, (PointerPointer<?>) null), "begin", file);
    }

    /** Takes a packet's contents. */
    void write(AVPacket packet, AVRational unit, AVStream stream) throws IOException {
        avcodec.av_packet_rescale_ts(packet, unit, stream.time_base());
        packet.stream_index(stream.index());
        packet.pos(-1);
        Ffmpeg.check(avformat.av_interleaved_write_frame(context, packet), "write", file);
    }

    void end() throws IOException {
        Ffmpeg.check(avformat.av_write_trailer(context), "end", file);
    }

    @Override
    public void close() {
        avformat.avio_closep(context.pb());
        avformat.avformat_free_context(context);
    }
}

package org.semblance.video;

import java.io.IOException;
import org.bytedeco.ffmpeg.avutil.AVFrame;
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
import org.semblance.sequence.FrameReader;

/** Pictures of a video, upright and in RGB. */
final class VideoReader implements FrameReader {
    private final Decoder decoder;
    private final Turn turn;
    private @Nullable SwsContext scaler;
    private int width;
    private int height;
    private int format = avutil.AV_PIX_FMT_NONE;

    VideoReader(Decoder decoder) {
        this.decoder = decoder;
        turn = Turn.of(decoder.demuxer().video());
    }

    /** Passes over pictures. */
    void skip(int count) throws IOException {
        for (int i = 0; i < count && decoder.next() != null; i++) {}
    }

    @Override
    public @Nullable Image next() throws IOException {
        AVFrame frame = decoder.next();
        return frame == null ? null : image(frame);
    }

    private Image image(AVFrame frame) throws IOException {
        SwsContext to = scaler(frame);
        int stride = (3 * width + 63) / 64 * 64;
        byte[] padded = new byte[stride * height];
        try (BytePointer rgb = new BytePointer(padded.length);
                PointerPointer<BytePointer> planes = new PointerPointer<>(new BytePointer[] {rgb});
                IntPointer strides = new IntPointer(new int[] {stride})) {
            Ffmpeg.check(
                    swscale.sws_scale(to, new PointerPointer<>(frame), frame.linesize(), 0, height, planes, strides),
                    "convert a frame of",
                    decoder.demuxer().file());
            rgb.get(padded);
        }
        byte[] pixels = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            System.arraycopy(padded, y * stride, pixels, 3 * width * y, 3 * width);
        }
        return turn.upright(pixels, width, height);
    }

    /** Frames of a file may change their size. */
    private SwsContext scaler(AVFrame frame) throws IOException {
        if (scaler != null && width == frame.width() && height == frame.height() && format == frame.format()) {
            return scaler;
        }
        free();
        width = frame.width();
        height = frame.height();
        format = frame.format();
        SwsContext made = Ffmpeg.made(
                swscale.sws_getContext(
                        width,
                        height,
                        format,
                        width,
                        height,
                        avutil.AV_PIX_FMT_RGB24,
                        swscale.SWS_BICUBIC
                                | swscale.SWS_ACCURATE_RND
                                | swscale.SWS_FULL_CHR_H_INT
                                | swscale.SWS_BITEXACT,
                        (SwsFilter) null,
                        null,
                        (DoublePointer) null),
                "a converter of colours");
        Colours.of(frame.colorspace(), frame.color_range(), height).apply(made, true);
        scaler = made;
        return made;
    }

    private void free() {
        if (scaler != null) {
            swscale.sws_freeContext(scaler);
            scaler = null;
        }
    }

    @Override
    public void close() {
        free();
        decoder.close();
    }
}

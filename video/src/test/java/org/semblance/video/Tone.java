package org.semblance.video;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.semblance.image.Image;
import org.semblance.sequence.FrameReader;
import org.semblance.sequence.FrameSource;

/** Files with a tone and uneven times. */
final class Tone {
    private static final int SAMPLES = 16_000;

    private Tone() {}

    /** Frames at 1/25 s with a pause of a fifth of a second before number 11, and a second of sound. */
    static void write(FrameSource frames, Path file) throws IOException {
        try (FrameReader reader = frames.open(0);
                Muxer muxer = Muxer.open(file, file)) {
            Image first = reader.next();
            Encoder encoder = new Encoder(file, muxer, first, Clock.of(25), 0);
            try (encoder) {
                AVStream sound = muxer.add();
                sound.codecpar().codec_type(avutil.AVMEDIA_TYPE_AUDIO);
                sound.codecpar().codec_id(avcodec.AV_CODEC_ID_PCM_S16LE);
                sound.codecpar().format(avutil.AV_SAMPLE_FMT_S16).sample_rate(SAMPLES);
                avutil.av_channel_layout_default(sound.codecpar().ch_layout(), 1);
                AVRational second = avutil.av_make_q(1, SAMPLES);
                sound.time_base(second);
                muxer.begin();
                int number = 0;
                for (Image image = first; image != null; image = reader.next(), number++) {
                    encoder.add(image, number > 10 ? number + 4 : number);
                }
                encoder.end();
                write(tone(), sound, muxer, second);
                muxer.end();
            }
        }
    }

    private static void write(byte[] samples, AVStream stream, Muxer muxer, AVRational unit) throws IOException {
        AVPacket packet = avcodec.av_packet_alloc();
        avcodec.av_new_packet(packet, samples.length);
        packet.data().put(samples);
        packet.pts(0).dts(0).duration(SAMPLES).flags(avcodec.AV_PKT_FLAG_KEY);
        muxer.write(packet, unit, stream);
        avcodec.av_packet_free(packet);
    }

    private static byte[] tone() {
        byte[] samples = new byte[2 * SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            int level = (int) Math.round(8000 * Math.sin(i * 0.17));
            samples[2 * i] = (byte) level;
            samples[2 * i + 1] = (byte) (level >> 8);
        }
        return samples;
    }

    /** The sound of a file, as its packets hold it. */
    static byte[] sound(Path file) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (Demuxer demuxer = Demuxer.open(file)) {
            for (AVPacket packet = demuxer.next(); packet != null; packet = demuxer.next()) {
                if (demuxer.isSound(packet.stream_index())) {
                    byte[] bytes = new byte[packet.size()];
                    packet.data().get(bytes);
                    all.write(bytes);
                }
            }
        }
        return all.toByteArray();
    }

    /** When the frames of a file are shown, in milliseconds. */
    static List<Long> times(Path file) throws IOException {
        List<Long> times = new ArrayList<>();
        try (Decoder decoder = Decoder.open(Demuxer.open(file))) {
            double unit = avutil.av_q2d(decoder.demuxer().video().time_base());
            for (AVFrame frame = decoder.next(); frame != null; frame = decoder.next()) {
                times.add(Math.round(1000 * unit * frame.best_effort_timestamp()));
            }
        }
        return times;
    }
}

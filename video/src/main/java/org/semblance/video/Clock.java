package org.semblance.video;

import java.io.IOException;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;

/** When frames are shown. */
interface Clock {
    /** The time of the next frame in units of {@link #unit}. @throws IOException if there is none */
    long next() throws IOException;

    /** Seconds as a fraction. */
    AVRational unit();

    /** Frames per second, on average. */
    AVRational rate();

    /** Equal distances. */
    static Clock of(double rate) {
        AVRational perSecond = avutil.av_d2q(rate, 100_000);
        return new Clock() {
            private long next;

            @Override
            public long next() {
                return next++;
            }

            @Override
            public AVRational unit() {
                return avutil.av_inv_q(perSecond);
            }

            @Override
            public AVRational rate() {
                return perSecond;
            }
        };
    }

    /** The times of the pictures of a file, which is read along. */
    static Clock of(Decoder decoder) {
        return new Clock() {
            private long last = Long.MIN_VALUE;

            @Override
            public long next() throws IOException {
                AVFrame frame = decoder.next();
                if (frame == null) {
                    throw new IOException("video: there are more frames than in "
                            + decoder.demuxer().file());
                }
                long time = frame.best_effort_timestamp();
                boolean isUseful = time != avutil.AV_NOPTS_VALUE && time > last;
                last = isUseful ? time : Math.max(last, -1) + 1;
                return last;
            }

            @Override
            public AVRational unit() {
                return decoder.demuxer().video().time_base();
            }

            @Override
            public AVRational rate() {
                AVRational rate = decoder.demuxer().video().avg_frame_rate();
                return rate.num() > 0 && rate.den() > 0 ? rate : avutil.av_make_q(25, 1);
            }
        };
    }
}

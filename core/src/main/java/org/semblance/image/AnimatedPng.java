package org.semblance.image;

import java.io.IOException;
import java.io.OutputStream;
import org.semblance.image.PngChunks.Bytes;

/** APNG (PNG, third edition, 11.3.5): the first frame is the picture, the others are frames of the same size. */
final class AnimatedPng implements Animation {
    private static final int MILLIS = 1000;

    private final PngChunks chunks;
    private final Timing timing;
    private final FrameCount count;
    private int number;

    AnimatedPng(OutputStream out, Timing timing) {
        this.chunks = new PngChunks(out);
        this.timing = timing;
        this.count = new FrameCount(timing.frames());
    }

    @Override
    public void add(Image frame) throws IOException {
        boolean isFirst = count.next(frame) == 0;
        if (isFirst) {
            chunks.begin(frame.width(), frame.height());
            chunks.chunk("acTL", new Bytes().number(timing.frames()).number(timing.loops()));
        }
        chunks.chunk("fcTL", control(frame));
        PngData data = isFirst ? PngData.image(chunks) : PngData.frame(chunks, number);
        try (PngScanlines lines = new PngScanlines(frame.width(), data)) {
            lines.write(frame);
            lines.finish();
        }
        data.flush();
        number = isFirst ? number : data.number();
    }

    /** Number, size, place, delay, and that a frame replaces the one before. */
    private Bytes control(Image frame) {
        return new Bytes()
                .number(number++)
                .number(frame.width())
                .number(frame.height())
                .number(0)
                .number(0)
                .shortNumber(timing.delay())
                .shortNumber(MILLIS)
                .bytes(0, 0);
    }

    @Override
    public void finish() throws IOException {
        count.requireAll();
        chunks.end();
    }

    @Override
    public void close() {}
}

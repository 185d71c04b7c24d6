package org.semblance.video;

import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.IntPointer;

/**
 * Which luma and chroma stand for a colour.
 *
 * @param matrix one of FFmpeg's {@code AVCOL_SPC}
 * @param full whether black is 0 and white 255, rather than 16 and 235
 */
record Colours(int matrix, boolean full) {
    private static final int HD = 720;
    private static final int ONE = 1 << 16;

    /** As a frame says; where it does not, BT.709 from 720 lines on and BT.601 below, as players take it. */
    static Colours of(int space, int range, int height) {
        boolean isKnown = space != avutil.AVCOL_SPC_UNSPECIFIED && space != avutil.AVCOL_SPC_RGB;
        int usual = height >= HD ? avutil.AVCOL_SPC_BT709 : avutil.AVCOL_SPC_SMPTE170M;
        return new Colours(isKnown ? space : usual, range == avutil.AVCOL_RANGE_JPEG);
    }

    /** Sets a converter from these to RGB, or from RGB to these. */
    void apply(SwsContext converter, boolean toRgb) {
        IntPointer table = swscale.sws_getCoefficients(matrix);
        int own = full ? 1 : 0;
        swscale.sws_setColorspaceDetails(converter, table, toRgb ? own : 1, table, toRgb ? 1 : own, 0, ONE, ONE);
    }
}

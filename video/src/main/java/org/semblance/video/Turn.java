package org.semblance.video;

import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.IntPointer;
import org.semblance.image.Image;

/**
 * How a picture must be turned to stand upright.
 *
 * @param quarters clockwise, 0 to 3
 */
record Turn(int quarters) {
    /** As the container says; what is not a multiple of a quarter is rounded. */
    static Turn of(AVStream stream) {
        AVPacketSideData side = avcodec.av_packet_side_data_get(
                stream.codecpar().coded_side_data(),
                stream.codecpar().nb_coded_side_data(),
                avcodec.AV_PKT_DATA_DISPLAYMATRIX);
        if (side == null || side.isNull()) {
            return new Turn(0);
        }
        double degrees = avutil.av_display_rotation_get(new IntPointer(side.data()));
        return new Turn(Double.isNaN(degrees) ? 0 : Math.floorMod(-Math.round(degrees / 90), 4));
    }

    /** An upright picture of these pixels. */
    Image upright(byte[] rgb, int width, int height) {
        if (quarters == 0) {
            return Image.of(width, height, rgb);
        }
        int w = quarters == 2 ? width : height;
        int h = quarters == 2 ? height : width;
        byte[] to = new byte[rgb.length];
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                System.arraycopy(rgb, 3 * source(x, y, width, height), to, 3 * (y * w + x), 3);
            }
        }
        return Image.of(w, h, to);
    }

    private int source(int x, int y, int width, int height) {
        return switch (quarters) {
            case 1 -> (height - 1 - x) * width + y;
            case 2 -> (height - 1 - y) * width + width - 1 - x;
            default -> x * width + width - 1 - y;
        };
    }
}

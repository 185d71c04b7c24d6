package org.semblance.sequence;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.semblance.image.Image;

/**
 * Neighbouring frames that are processed together.
 *
 * @param number counted from 0
 * @param frames their pictures
 */
record Block(int number, List<Image> frames) {
    /** Reads the block that comes next. @throws IOException if frames are missing that were there before */
    static Block read(FrameReader reader, int number, int total) throws IOException {
        List<Image> frames = new ArrayList<>();
        for (int i = number * Cast.BLOCK; i < Math.min(total, (number + 1) * Cast.BLOCK); i++) {
            Image frame = reader.next();
            if (frame == null) {
                throw new IOException("the sequence had " + total + " frames at first, and now has " + i);
            }
            frames.add(frame);
        }
        return new Block(number, frames);
    }

    int first() {
        return number * Cast.BLOCK;
    }

    Image frame(int number) {
        return frames.get(number - first());
    }
}

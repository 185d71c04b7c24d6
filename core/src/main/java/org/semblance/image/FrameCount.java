package org.semblance.image;

import org.jspecify.annotations.Nullable;

/** Frames of an animation that came, beside those that were announced. */
final class FrameCount {
    private final int expected;
    private int count;
    private @Nullable Image first;

    FrameCount(int expected) {
        this.expected = expected;
    }

    /** Takes note of a frame; its number, from 0. */
    int next(Image frame) {
        first = first == null ? frame : first;
        if (count == expected || frame.width() != first.width() || frame.height() != first.height()) {
            throw new IllegalArgumentException("animation: expected " + expected + " frames of " + first.width() + "x"
                    + first.height() + ", got " + frame + " as number " + (count + 1));
        }
        return count++;
    }

    void requireAll() {
        if (count != expected) {
            throw new IllegalStateException("animation: expected " + expected + " frames, got " + count);
        }
    }
}

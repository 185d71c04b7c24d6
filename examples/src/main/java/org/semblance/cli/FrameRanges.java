package org.semblance.cli;

import java.util.ArrayList;
import java.util.List;

/** Numbers of frames for people to read. */
final class FrameRanges {
    private static final int MOST = 20;

    private FrameRanges() {}

    /** Such as {@code 0 to 4, 7}; of many stretches the first ones. @param frames in order */
    static String of(List<Integer> frames) {
        List<String> ranges = new ArrayList<>();
        int first = 0;
        for (int i = 0; i < frames.size(); i++) {
            if (i + 1 == frames.size() || frames.get(i + 1) != frames.get(i) + 1) {
                ranges.add(i == first ? "" + frames.get(i) : frames.get(first) + " to " + frames.get(i));
                first = i + 1;
            }
        }
        return ranges.size() <= MOST
                ? String.join(", ", ranges)
                : String.join(", ", ranges.subList(0, MOST)) + " and " + (ranges.size() - MOST) + " more stretches";
    }
}

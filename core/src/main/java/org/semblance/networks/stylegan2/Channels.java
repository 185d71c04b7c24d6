package org.semblance.networks.stylegan2;

import java.util.ArrayList;
import java.util.List;

/**
 * Channels of the feature maps by resolution.
 *
 * @param counts channels at 4, 8, 16, ... pixels
 */
public record Channels(List<Integer> counts) {
    /** Pixels per side at most. */
    public static final int MAX_RESOLUTION = 1 << 14;

    public Channels {
        counts = List.copyOf(counts);
        if (4L << Math.min(counts.size(), 60) > 2L * MAX_RESOLUTION) {
            throw new IllegalArgumentException("channels: the resolution must be at most " + MAX_RESOLUTION + ", got "
                    + counts.size() + " doublings from 4 on");
        }
        if (counts.isEmpty() || counts.stream().anyMatch(c -> c < 1)) {
            throw new IllegalArgumentException("channels: every resolution needs at least one, got " + counts);
        }
    }

    /** {@code min(base / r, max)} at resolution r. */
    public static Channels of(int base, int max, int resolution) {
        if (resolution < 4 || resolution > MAX_RESOLUTION || Integer.bitCount(resolution) != 1) {
            throw new IllegalArgumentException(
                    "channels: resolution must be a power of two from 4 to " + MAX_RESOLUTION + ", got " + resolution);
        }
        List<Integer> counts = new ArrayList<>();
        for (int r = 4; r <= resolution; r *= 2) {
            counts.add(Math.min(base / r, max));
        }
        return new Channels(counts);
    }

    /** Channels at resolution r. */
    public int at(int resolution) {
        return counts.get(Integer.numberOfTrailingZeros(resolution) - 2);
    }

    /** The highest resolution. */
    public int resolution() {
        return 4 << (counts.size() - 1);
    }
}

package org.semblance.bench;

import org.semblance.array.HostArray;
import org.semblance.array.Shape;

/** Shape {@code NxCxR} of square feature maps, as it stands in a {@code @Param}. */
public record ImageShape(int batch, int channels, int resolution) {
    /** From {@code 1x512x16}. */
    public static ImageShape of(String text) {
        String[] parts = text.split("x");
        return new ImageShape(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    /** Random feature maps {@code [N, C, R, R]}. */
    public HostArray random(long seed) {
        return RandomArrays.normal(seed, Shape.of(batch, channels, resolution, resolution));
    }

    /** Random weights of a 3x3 convolution from C to C channels, {@code [C, C, 3, 3]}. */
    public HostArray weight(long seed) {
        return RandomArrays.normal(seed, Shape.of(channels, channels, 3, 3));
    }

    /** These maps with other sides. */
    public ImageShape withResolution(int r) {
        return new ImageShape(batch, channels, r);
    }
}

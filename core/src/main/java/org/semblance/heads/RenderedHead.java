package org.semblance.heads;

import org.semblance.array.HostArray;

/**
 * A synthetic head with its exact ground truth.
 *
 * @param image {@code [3, R, R]}, RGB display values in [-1, 1], rows from the top
 * @param landmarks {@code [68, 2]}, fractions of the picture: x to the right, y down, (0, 0) the top left corner and
 *     (1, 1) the bottom right one. Hidden points are kept, and points may lie slightly outside
 * @param factors what it was made from
 */
public record RenderedHead(HostArray image, HostArray landmarks, HeadFactors factors) {
    /** Height and width of the image in pixels. */
    public int resolution() {
        return image.shape().dim(-1);
    }
}

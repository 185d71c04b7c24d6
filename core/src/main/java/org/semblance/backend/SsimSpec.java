package org.semblance.backend;

import java.util.Objects;

/**
 * What structural similarity is measured by.
 *
 * @param window taps along each axis, whose sum is 1
 * @param c1 steadies luminance
 * @param c2 steadies contrast and structure
 * @param luminance whether luminance is a factor
 */
public record SsimSpec(Fir window, float c1, float c2, boolean luminance) {
    public SsimSpec {
        Objects.requireNonNull(window, "window");
        if (window.height() != 1) {
            throw new IllegalArgumentException(
                    "ssim: the window must be one row of taps, got " + window.height() + " rows");
        }
    }
}

package org.semblance.backend;

import org.jspecify.annotations.Nullable;

/**
 * Geometry of a fused StyleGAN2 layer, {@code y = act(d * conv(s * x, w) + noise + b)}.
 *
 * @param up 1: same size, correlation with padding {@code k / 2}; 2: transposed convolution of stride 2, then the
 *     filter
 * @param filter 2-D low-pass filter of the enlargement, without gain; null if up is 1
 * @param act piecewise-linear activation with positive gain, and clamp
 */
public record ModulatedSpec(int up, @Nullable Fir filter, Activation act) {
    public ModulatedSpec {
        if (up == 1 ? filter != null : up != 2 || filter == null) {
            throw new IllegalArgumentException(
                    "modulatedLayer: up must be 1 without or 2 with a filter, got up " + up + ", filter " + filter);
        }
    }

    /**
     * What follows the transposed convolution by a kernel of k taps: the filter, turned, with gain 4 and its padding.
     */
    public Resample blur(int k) {
        int taps = filter == null ? 1 : filter.width();
        int before = k / 2 + (taps + 1) / 2 - (k - 1);
        int after = k / 2 + Math.floorDiv(taps - 2, 2) - (k - 2);
        return Resample.filter(before, after, before, after).withGain(4);
    }
}

package org.semblance.networks.stylegan2;

/**
 * Draws style codes towards their mean: {@code w' = mean + psi (w - mean)} in the first layers.
 *
 * @param psi 1 changes nothing, 0 gives the mean; values outside [0, 1] extrapolate
 * @param cutoff number of leading layers it applies to; {@link #ALL_LAYERS} for all
 */
public record Truncation(float psi, int cutoff) {
    /** No cutoff. */
    public static final int ALL_LAYERS = Integer.MAX_VALUE;

    public Truncation {
        if (!Float.isFinite(psi) || cutoff < 0) {
            throw new IllegalArgumentException(
                    "truncation: psi must be finite and cutoff not negative, got " + psi + ", " + cutoff);
        }
    }

    /** No truncation. */
    public static Truncation none() {
        return new Truncation(1, ALL_LAYERS);
    }

    /** The same psi in all layers. */
    public static Truncation of(float psi) {
        return new Truncation(psi, ALL_LAYERS);
    }
}

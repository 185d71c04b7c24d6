package org.semblance.backend;

/**
 * Which noise a synthesis adds to its feature maps.
 *
 * @param kind where it comes from
 * @param seed of {@link Kind#RANDOM}
 * @param first number of the batch's first sample: random maps depend on a sample's number, not on its batch
 */
public record SynthesisNoise(Kind kind, long seed, int first) {
    /** Sources of noise. */
    public enum Kind {
        NONE,
        CONST,
        RANDOM
    }
}

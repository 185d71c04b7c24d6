package org.semblance.metrics;

/**
 * Columns of a regressor's output that tell one ground-truth factor of a synthetic head.
 *
 * @param name of the factor, as {@code docs/heads.md} names it
 * @param kind what the columns hold
 * @param ofIdentity whether the factor says who it is; otherwise how it looks now
 * @param column the first column
 * @param width number of columns
 */
public record Factor(String name, Kind kind, boolean ofIdentity, int column, int width) {
    /** What columns hold. */
    public enum Kind {
        /** One column: the normalised value s in [-1, 1]. */
        LINEAR,
        /** Two columns: cosine and sine of pi s. */
        CIRCULAR,
        /** One column per class, the greatest of which wins. */
        CATEGORICAL
    }
}

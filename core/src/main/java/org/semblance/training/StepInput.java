package org.semblance.training;

import org.jspecify.annotations.Nullable;
import org.semblance.tensor.Tensor;

/**
 * What one step works on. Rows with one picture as both sources come first, the rest after them.
 *
 * @param identities pictures of who, {@code [N, 3, R, R]} in [-1, 1]
 * @param attributes pictures of everything else, of that shape; the same tensor where all rows have one source
 * @param crossRows rows whose sources differ, the last ones
 * @param realCodes style codes of the generator, {@code [M, wDim]}, or null where the discriminator takes no part
 * @param ownCodes style codes that the first K identity pictures were made from, {@code [K, wDim]}, or null
 * @param swaps what the last L rows should become, {@code [L, 3, R, R]}, L at most {@code crossRows}, or null
 * @param pathLeft how much of the way of {@link ClassPath} lies before style codes, {@code [1, 1]}, or null at its end
 * @param readings what the frozen networks say of the last M rows' sources, where that is known already, or null
 */
public record StepInput(
        Tensor identities,
        Tensor attributes,
        int crossRows,
        @Nullable Tensor realCodes,
        @Nullable Tensor ownCodes,
        @Nullable Tensor swaps,
        @Nullable Tensor pathLeft,
        @Nullable SourceReadings readings) {

    public StepInput {
        int known = swaps == null ? 0 : swaps.dim(0);
        if (crossRows < 0 || crossRows > identities.dim(0) || known > crossRows) {
            throw new IllegalArgumentException("training step: known swaps are among the rows with two sources, and"
                    + " these among all, got " + known + ", " + crossRows + " and " + identities.dim(0));
        }
        if (readings != null && readings.rows() > identities.dim(0)) {
            throw new IllegalArgumentException("training step: readings must be of at most as many rows as there are,"
                    + " got " + readings.rows() + " of " + identities.dim(0));
        }
    }

    /** Rows of whose sources nothing is known. */
    public StepInput(
            Tensor identities,
            Tensor attributes,
            int crossRows,
            @Nullable Tensor realCodes,
            @Nullable Tensor ownCodes,
            @Nullable Tensor swaps) {
        this(identities, attributes, crossRows, realCodes, ownCodes, swaps, null, null);
    }

    /** Rows none of whose true swaps is known. */
    public StepInput(
            Tensor identities,
            Tensor attributes,
            int crossRows,
            @Nullable Tensor realCodes,
            @Nullable Tensor ownCodes) {
        this(identities, attributes, crossRows, realCodes, ownCodes, null, null, null);
    }

    /** The same rows, with what is known of the sources of the last ones. */
    public StepInput with(@Nullable SourceReadings known) {
        return new StepInput(identities, attributes, crossRows, realCodes, ownCodes, swaps, pathLeft, known);
    }

    /** The same rows, with so much of the way before their style codes. */
    StepInput before(Tensor left) {
        return new StepInput(identities, attributes, crossRows, realCodes, ownCodes, swaps, left, readings);
    }

    /** Number of rows. */
    public int rows() {
        return identities.dim(0);
    }

    /** Rows whose true swap is known, the last ones. */
    public int swapRows() {
        return swaps == null ? 0 : swaps.dim(0);
    }

    /** Rows for whose sources the frozen networks must be asked, the first ones. */
    public int unreadRows() {
        return readings == null ? rows() : rows() - readings.rows();
    }

    /** Rows with one source. */
    public int sameRows() {
        return rows() - crossRows;
    }
}

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
 */
public record StepInput(
        Tensor identities,
        Tensor attributes,
        int crossRows,
        @Nullable Tensor realCodes,
        @Nullable Tensor ownCodes,
        @Nullable Tensor swaps) {

    public StepInput {
        int known = swaps == null ? 0 : swaps.dim(0);
        if (crossRows < 0 || crossRows > identities.dim(0) || known > crossRows) {
            throw new IllegalArgumentException("training step: known swaps are among the rows with two sources, and"
                    + " these among all, got " + known + ", " + crossRows + " and " + identities.dim(0));
        }
    }

    /** Rows none of whose true swaps is known. */
    public StepInput(
            Tensor identities,
            Tensor attributes,
            int crossRows,
            @Nullable Tensor realCodes,
            @Nullable Tensor ownCodes) {
        this(identities, attributes, crossRows, realCodes, ownCodes, null);
    }

    /** Number of rows. */
    public int rows() {
        return identities.dim(0);
    }

    /** Rows whose true swap is known, the last ones. */
    public int swapRows() {
        return swaps == null ? 0 : swaps.dim(0);
    }

    /** Rows with one source. */
    public int sameRows() {
        return rows() - crossRows;
    }
}

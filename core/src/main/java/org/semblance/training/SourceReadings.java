package org.semblance.training;

import org.jspecify.annotations.Nullable;
import org.semblance.tensor.Tensor;

/**
 * What the frozen networks say of the sources of some rows, one row each. No gradient goes there.
 *
 * @param identity embeddings of identity pictures, {@code [M, D]}
 * @param landmarks of attribute pictures, {@code [M, 2 K]}, or null where no loss asks for them
 * @param attributeTeacher what it reads off attribute pictures, {@code [M, T]}, or null likewise
 * @param identityTeacher what it reads off identity pictures, {@code [M, U]}, or null likewise
 */
public record SourceReadings(
        Tensor identity,
        @Nullable Tensor landmarks,
        @Nullable Tensor attributeTeacher,
        @Nullable Tensor identityTeacher) {
    /** Number of rows. */
    public int rows() {
        return identity.dim(0);
    }
}

package org.semblance.tensor;

import org.jspecify.annotations.Nullable;

/** The derivatives of a fused operation in several inputs at once, for when they share most of their work. */
@FunctionalInterface
public interface JointRule {
    /**
     * The gradients with respect to the inputs.
     *
     * @param g gradient with respect to the output
     * @param saved the tensors declared with the rule, in that order
     * @param needed for each input, in order, whether its gradient is asked; untracked inputs at the end may be missing
     * @return one gradient per input; those not needed may be null
     */
    @Nullable
    Tensor[] apply(Tensor g, Tensor[] saved, boolean[] needed);
}

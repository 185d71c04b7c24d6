package org.semblance.tensor;

/** The derivative of one operation in one input, written with operations, so that it has derivatives itself. */
@FunctionalInterface
public interface Rule {
    /**
     * The gradient with respect to the input.
     *
     * @param g gradient with respect to the output, of the output's shape
     * @param saved the tensors declared with the rule, in that order
     * @return gradient of the input's shape
     */
    Tensor apply(Tensor g, Tensor[] saved);
}

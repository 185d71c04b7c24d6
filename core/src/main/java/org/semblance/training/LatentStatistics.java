package org.semblance.training;

import org.semblance.tensor.Tensor;

/**
 * How the generator's own style codes are distributed.
 *
 * @param mean per component, {@code [1, wDim]}
 * @param deviation per component, {@code [1, wDim]}, above 0
 */
public record LatentStatistics(Tensor mean, Tensor deviation) {}

package org.semblance.training;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.semblance.tensor.Tensor;

/**
 * Gradients of one forward pass, in the order of the parameters.
 *
 * @param model of all losses but the adversarial one (with it where both are joint), with respect to attribute encoder
 *     and mapper
 * @param adversarial of the adversarial loss with respect to the same, or null
 * @param discriminator of the discriminator's loss and penalty with respect to the discriminator, or null
 */
public record StepGradients(
        List<Tensor> model,
        @Nullable List<Tensor> adversarial,
        @Nullable List<Tensor> discriminator) {}

package org.semblance.training;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.semblance.networks.StagedFeatures;
import org.semblance.tensor.Tensor;

/**
 * The networks of a step as functions. Pictures are {@code [N, 3, R, R]} in [-1, 1].
 *
 * @param identity frozen; pictures to embeddings {@code [N, D]} of norm 1, with the maps on the way where they are
 *     known
 * @param landmarks frozen; pictures to {@code [N, 2 K]}, x and y in turn as fractions of the sides
 * @param generator frozen; style codes {@code [N, wDim]} to pictures, not clipped
 * @param attributes trained; pictures to codes {@code [N, A]}
 * @param mapper trained; {@code [N, D + A]} to style codes
 * @param discriminator trained; style codes to logits {@code [N, 1]}
 * @param attributeTeacher frozen; what it reads off outputs and attribute pictures shall agree; null where nobody asks
 * @param identityTeacher frozen; likewise of identity pictures
 * @param classPath where style codes of rare classes come from, or null
 */
public record StepNetworks(
        Function<Tensor, StagedFeatures> identity,
        UnaryOperator<Tensor> landmarks,
        UnaryOperator<Tensor> generator,
        UnaryOperator<Tensor> attributes,
        UnaryOperator<Tensor> mapper,
        UnaryOperator<Tensor> discriminator,
        @Nullable TeacherNetwork attributeTeacher,
        @Nullable TeacherNetwork identityTeacher,
        @Nullable ClassPath classPath) {
    /** The networks of the paper, without teachers and path. */
    public StepNetworks(
            Function<Tensor, StagedFeatures> identity,
            UnaryOperator<Tensor> landmarks,
            UnaryOperator<Tensor> generator,
            UnaryOperator<Tensor> attributes,
            UnaryOperator<Tensor> mapper,
            UnaryOperator<Tensor> discriminator) {
        this(identity, landmarks, generator, attributes, mapper, discriminator, null, null, null);
    }
}

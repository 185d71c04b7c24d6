package org.semblance.training;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.image.Image;

/**
 * The result of a test during training.
 *
 * @param identity similarity of identities of identity picture and output, higher is better; decides which checkpoint
 *     is the best by identity
 * @param landmarks error of landmarks between attribute picture and output, lower is better; decides which checkpoint
 *     is the best by landmarks
 * @param all every figure by name, in order, these two included
 * @param table a picture of what the model makes of some identities and attributes, or null
 */
public record TestScores(
        double identity,
        double landmarks,
        Map<String, Double> all,
        @Nullable Image table) {

    /** Scores without a picture. */
    public TestScores(double identity, double landmarks, Map<String, Double> all) {
        this(identity, landmarks, all, null);
    }
}

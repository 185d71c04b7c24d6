/**
 * What a model is worth: identity, landmarks, reconstruction, realism, disentanglement, each with its interval.
 *
 * <p>Plain functions on arrays ({@link org.semblance.metrics.Verification},
 * {@link org.semblance.metrics.FrechetDistance}, ...) and one protocol that runs a model over pairs of pictures
 * ({@link org.semblance.metrics.Evaluation}). The formulas stand in {@code docs/evaluation.md}.
 */
@NullMarked
package org.semblance.metrics;

import org.jspecify.annotations.NullMarked;

package org.semblance.metrics;

/**
 * A network that recognises people by the cosine of its embeddings.
 *
 * @param key name for programs, such as {@code recogniser}
 * @param independent whether no training of the model has seen it; figures of the others flatter
 * @param checksum SHA-256 of its weights
 * @param threshold cosine from which its makers accept a pair, at a FAR of 1e-3, or NaN if they name none
 * @param features embeddings
 */
public record Recogniser(String key, boolean independent, String checksum, double threshold, ImageFeatures features) {}

package org.semblance.weights.files;

import org.semblance.weights.Weights;
import org.semblance.weights.naming.NamingScheme;

/**
 * A network that was recognised in a file.
 *
 * @param name where it is in the file, such as {@code G_ema}; empty for the whole
 * @param scheme whose names it has there
 * @param original its tensors under the file's names
 */
public record NetworkPart(String name, NamingScheme scheme, Weights original) {
    /** The kind of network, such as {@code stylegan2-generator}. */
    public String network() {
        return scheme.network();
    }
}

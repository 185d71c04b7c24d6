package org.semblance.pretrained;

import org.semblance.backend.Activation;
import org.semblance.weights.files.NetworkPart;

/**
 * What a pickled network says of itself beside its tensors.
 *
 * @param part the network
 */
record Snapshot(NetworkPart part) {
    /** The bound on activations: stated by pickles, absent elsewhere. */
    float clamp() {
        for (String layer : new String[] {"synthesis.b4.conv1", "b4.conv"}) {
            String stated = field(layer + ".conv_clamp");
            if (stated != null && !stated.equals("None")) {
                return Float.parseFloat(stated);
            }
        }
        return Activation.NO_CLAMP;
    }

    /** Samples per group of the minibatch statistic; the official default where nothing is said. */
    int groupSize() {
        String stated = field("b4.mbstd.group_size");
        return stated == null ? 4 : stated.equals("None") ? 0 : Integer.parseInt(stated);
    }

    /** Learning-rate multiplier of the mapping network, which is the gain of its biases. */
    double mappingLr() {
        String stated = field("mapping.fc0.bias_gain");
        return stated == null ? 0.01 : Double.parseDouble(stated);
    }

    private @org.jspecify.annotations.Nullable String field(String name) {
        String prefix = part.name().isEmpty() ? "" : part.name() + ".";
        return part.original().metadata().get(prefix + name);
    }
}

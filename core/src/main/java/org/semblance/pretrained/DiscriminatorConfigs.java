package org.semblance.pretrained;

import java.util.ArrayList;
import java.util.List;
import org.semblance.array.Shape;
import org.semblance.networks.stylegan2.Architecture;
import org.semblance.networks.stylegan2.Channels;
import org.semblance.networks.stylegan2.DiscriminatorConfig;
import org.semblance.weights.Weights;

/** Reads a discriminator's configuration off the names and shapes of its tensors, those of stylegan2-ada-pytorch. */
final class DiscriminatorConfigs {
    private DiscriminatorConfigs() {}

    /**
     * The configuration.
     *
     * @param clamp bound on activations, which the weights do not tell
     * @param groupSize samples per group of the minibatch statistic, which they do not tell either; 0 for all
     * @throws IllegalArgumentException if the names or ranks are others
     */
    static DiscriminatorConfig infer(Weights weights, float clamp, int groupSize) {
        List<Integer> counts = new ArrayList<>(List.of(dim(weights, "b4.conv.bias", 1, 0)));
        for (int r = 8; r <= Channels.MAX_RESOLUTION && weights.contains("b" + r + ".conv0.weight"); r *= 2) {
            counts.add(dim(weights, "b" + r + ".conv0.bias", 1, 0));
        }
        Channels channels = new Channels(counts);
        int layers = 0;
        while (weights.contains("mapping.fc" + layers + ".weight")) {
            layers++;
        }
        boolean labelled = weights.contains("mapping.embed.weight");
        return new DiscriminatorConfig(
                labelled ? dim(weights, "mapping.embed.weight", 2, 1) : 0,
                dim(weights, "b" + channels.resolution() + ".fromrgb.weight", 4, 1),
                channels,
                architecture(weights),
                clamp,
                labelled ? dim(weights, "b4.out.weight", 2, 0) : channels.at(4),
                layers,
                groupSize,
                Math.max(0, dim(weights, "b4.conv.weight", 4, 1) - channels.at(4)));
    }

    private static Architecture architecture(Weights weights) {
        if (weights.contains("b8.skip.weight")) {
            return Architecture.RESNET;
        }
        return weights.contains("b4.fromrgb.weight") ? Architecture.SKIP : Architecture.ORIG;
    }

    private static int dim(Weights weights, String name, int rank, int axis) {
        if (!weights.contains(name) || weights.shape(name).rank() != rank) {
            Shape got = weights.contains(name) ? weights.shape(name) : null;
            throw new IllegalArgumentException("discriminator: weights must have " + name + " of rank " + rank
                    + ", got " + (got == null ? "none" : "shape " + got) + " [" + weights.source() + "]");
        }
        return weights.shape(name).dim(axis);
    }
}

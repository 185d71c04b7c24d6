package org.semblance.pretrained;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.networks.stylegan2.Architecture;
import org.semblance.networks.stylegan2.Channels;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.weights.Weights;

/**
 * Reads a generator's configuration off the names and shapes of its tensors, which are those of stylegan2-ada-pytorch.
 * Resolution, channels, codes, labels, mapping layers and architecture follow from them; the learning-rate multiplier
 * of
 * the mapping network is taken to be the usual 0.01, and the clamp on activations is the caller's to know.
 */
public final class GeneratorConfigs {
    private static final double MAPPING_LR = 0.01;
    /** Names that every generator has. */
    private static final List<String> ALWAYS = List.of("synthesis.b4.const", "mapping.fc0.weight");

    private GeneratorConfigs() {}

    /** Whether the names are those of a generator. */
    public static boolean isGenerator(Weights weights) {
        return weights.names().containsAll(ALWAYS);
    }

    /** The configuration of a generator without clamp; see {@link #infer(Weights, float)}. */
    public static GeneratorConfig infer(Weights weights) {
        return infer(weights, Activation.NO_CLAMP);
    }

    /**
     * The configuration of a generator.
     *
     * @param clamp bound on activations (conv_clamp), or {@link Activation#NO_CLAMP}
     * @throws IllegalArgumentException if the names or ranks are not those of stylegan2-ada-pytorch
     */
    public static GeneratorConfig infer(Weights weights, float clamp) {
        if (!isGenerator(weights)) {
            List<String> missing =
                    ALWAYS.stream().filter(name -> !weights.contains(name)).toList();
            throw new IllegalArgumentException("generator: weights must have the names of stylegan2-ada-pytorch, got none"
                    + " named " + String.join(", ", missing) + " [" + weights.source() + "]");
        }
        int layers = count(weights);
        int w = dim(weights, "mapping.fc" + (layers - 1) + ".weight", 2, 0);
        int c = weights.contains("mapping.embed.weight") ? dim(weights, "mapping.embed.weight", 2, 1) : 0;
        int z = dim(weights, "mapping.fc0.weight", 2, 1) - (c > 0 ? dim(weights, "mapping.embed.weight", 2, 0) : 0);
        Channels channels = channels(weights);
        int colours = dim(weights, block(channels.resolution()) + "torgb.weight", 4, 0);
        return new GeneratorConfig(z, c, w, colours, layers, MAPPING_LR, channels, architecture(weights), clamp);
    }

    private static int count(Weights weights) {
        return IntStream.iterate(0, i -> weights.contains("mapping.fc" + i + ".weight"), i -> i + 1)
                .map(i -> i + 1)
                .max()
                .orElse(0);
    }

    private static Channels channels(Weights weights) {
        List<Integer> counts = new ArrayList<>();
        for (int r = 4; r <= Channels.MAX_RESOLUTION && weights.contains(block(r) + "conv1.weight"); r *= 2) {
            counts.add(dim(weights, block(r) + "conv1.bias", 1, 0));
        }
        return new Channels(counts);
    }

    /* Residual blocks have a skip convolution; of the others, only skip generators make a picture at every size. */
    private static Architecture architecture(Weights weights) {
        if (weights.contains("synthesis.b8.skip.weight")) {
            return Architecture.RESNET;
        }
        return weights.contains("synthesis.b4.torgb.weight") ? Architecture.SKIP : Architecture.ORIG;
    }

    private static String block(int resolution) {
        return "synthesis.b" + resolution + ".";
    }

    private static int dim(Weights weights, String name, int rank, int axis) {
        if (!weights.contains(name)) {
            throw new IllegalArgumentException(
                    "generator: weights must have the tensor " + name + " [" + weights.source() + "]");
        }
        Shape shape = weights.shape(name);
        if (shape.rank() != rank) {
            throw new IllegalArgumentException("generator: " + name + " must have rank " + rank + ", got shape " + shape
                    + " [" + weights.source() + "]");
        }
        return shape.dim(axis);
    }
}

package org.semblance.networks.stylegan1;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.networks.stylegan2.Channels;
import org.semblance.nn.ParameterSource;

/**
 * What determines a StyleGAN generator but its weights.
 *
 * @param zDim size of the random code
 * @param wDim size of the style code
 * @param imageChannels channels of the picture
 * @param mappingLayers dense layers of the mapping network
 * @param channels feature channels by resolution; their number gives the resolution
 */
public record StyleGan1Config(int zDim, int wDim, int imageChannels, int mappingLayers, Channels channels) {

    /**
     * Reads it off the shapes of the weights.
     *
     * @throws IllegalArgumentException if weights that it needs are missing or of another rank
     */
    public static StyleGan1Config infer(ParameterSource source) {
        return infer(source::shapeOf);
    }

    /**
     * Reads it off the shapes of the weights.
     *
     * @param source the shape under a name, or null if there is none
     * @throws IllegalArgumentException if weights that it needs are missing or of another rank
     */
    public static StyleGan1Config infer(Function<String, @Nullable Shape> source) {
        List<Integer> counts = new ArrayList<>(List.of(dim(source, "G_synthesis/4x4/Conv/bias/bias", 1, 0)));
        for (int r = 8; r <= Channels.MAX_RESOLUTION && source.apply(bias(r)) != null; r *= 2) {
            counts.add(dim(source, bias(r), 1, 0));
        }
        int layers = 1;
        while (source.apply(StyleGan1Generator.dense(layers) + "kernel") != null) {
            layers++;
        }
        return new StyleGan1Config(
                dim(source, StyleGan1Generator.dense(0) + "kernel", 2, 0),
                dim(source, StyleGan1Generator.dense(layers - 1) + "kernel", 2, 1),
                dim(source, "G_synthesis/ToRGB_lod0/kernel", 4, 3),
                layers,
                new Channels(counts));
    }

    private static String bias(int r) {
        return "G_synthesis/" + r + "x" + r + "/Conv1/bias/bias";
    }

    private static int dim(Function<String, @Nullable Shape> source, String name, int rank, int axis) {
        Shape shape = source.apply(name);
        if (shape == null || shape.rank() != rank) {
            throw new IllegalArgumentException("stylegan1: weights must have " + name + " of rank " + rank + ", got "
                    + (shape == null ? "none" : "shape " + shape));
        }
        return shape.dim(axis);
    }

    /** Pixels per side. */
    public int resolution() {
        return channels.resolution();
    }

    /** Number of style vectors that the synthesis network takes, {@code 2 log2(resolution) - 2}. */
    public int numWs() {
        return 2 * Integer.numberOfTrailingZeros(resolution()) - 2;
    }
}

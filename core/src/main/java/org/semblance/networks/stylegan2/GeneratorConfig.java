package org.semblance.networks.stylegan2;

import org.semblance.backend.Activation;

/**
 * What determines a StyleGAN2 generator but its weights.
 *
 * @param zDim size of the random code, at least 1
 * @param cDim size of the label, 0 for none
 * @param wDim size of the style code
 * @param imageChannels channels of the picture, 3 for RGB
 * @param mappingLayers dense layers of the mapping network
 * @param mappingLr learning-rate multiplier of those layers; scales their weights
 * @param channels feature channels by resolution; their number gives the resolution
 * @param architecture how the blocks are joined
 * @param clamp bound on activations, or {@link Activation#NO_CLAMP}
 */
public record GeneratorConfig(
        int zDim,
        int cDim,
        int wDim,
        int imageChannels,
        int mappingLayers,
        double mappingLr,
        Channels channels,
        Architecture architecture,
        float clamp) {

    public GeneratorConfig {
        if (zDim < 1 || cDim < 0 || wDim < 1 || imageChannels < 1 || mappingLayers < 1) {
            throw new IllegalArgumentException("generator: sizes must be positive, got zDim " + zDim + ", cDim " + cDim
                    + ", wDim " + wDim + ", imageChannels " + imageChannels + ", mappingLayers " + mappingLayers);
        }
        if (!(mappingLr > 0 && mappingLr < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("generator: mappingLr must be positive and finite, got " + mappingLr);
        }
        if (!(clamp > 0)) {
            throw new IllegalArgumentException("generator: clamp must be positive, got " + clamp);
        }
    }

    /** The usual skip generator: z and w of 512, eight mapping layers, no label, no clamp. */
    public static GeneratorConfig standard(int resolution, int channelBase, int channelMax) {
        return new GeneratorConfig(
                512,
                0,
                512,
                3,
                8,
                0.01,
                Channels.of(channelBase, channelMax, resolution),
                Architecture.SKIP,
                Activation.NO_CLAMP);
    }

    /** The same with another bound on activations. */
    public GeneratorConfig withClamp(float bound) {
        return new GeneratorConfig(
                zDim, cDim, wDim, imageChannels, mappingLayers, mappingLr, channels, architecture, bound);
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

package org.semblance.networks.stylegan2;

/**
 * What determines a StyleGAN2 discriminator but its weights.
 *
 * @param cDim size of the label, 0 for none
 * @param imageChannels channels of the picture
 * @param channels feature channels by resolution; their number gives the resolution
 * @param architecture how the blocks are joined
 * @param clamp bound on activations, or {@link org.semblance.backend.Activation#NO_CLAMP}
 * @param labelDim size of the mapped label
 * @param mappingLayers dense layers of the label's mapping
 * @param groupSize samples per group of the minibatch statistic; 0 for the whole batch
 * @param statistics channels of the minibatch statistic; 0 for none
 */
public record DiscriminatorConfig(
        int cDim,
        int imageChannels,
        Channels channels,
        Architecture architecture,
        float clamp,
        int labelDim,
        int mappingLayers,
        int groupSize,
        int statistics) {

    /** The official defaults: residual blocks, groups of four, one statistic, eight mapping layers. */
    public static DiscriminatorConfig standard(Channels channels, int cDim, float clamp) {
        return new DiscriminatorConfig(cDim, 3, channels, Architecture.RESNET, clamp, channels.at(4), 8, 4, 1);
    }

    /** Pixels per side. */
    public int resolution() {
        return channels.resolution();
    }
}

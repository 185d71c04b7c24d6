package org.semblance.metrics;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.heads.HeadFactors;
import org.semblance.image.Image;

/**
 * Some pairs of pictures.
 *
 * @param identities who
 * @param attributes everything else
 * @param persons number of the person in each identity picture
 * @param others number of the person in each attribute picture
 * @param truth the heads of both pictures and what a true swap looks like, or null where nobody knows
 * @param codes style codes that both pictures were generated from, or null where they were not
 */
public record Pairs(
        List<Image> identities,
        List<Image> attributes,
        int[] persons,
        int[] others,
        @Nullable Truth truth,
        @Nullable Codes codes) {
    /**
     * Ground truth of rendered heads.
     *
     * @param identities factors of the identity pictures
     * @param attributes factors of the attribute pictures
     * @param swaps pictures of the one's identity with the other's attributes
     */
    public record Truth(List<HeadFactors> identities, List<HeadFactors> attributes, List<Image> swaps) {}

    /**
     * Style codes of generated pictures.
     *
     * @param identities of the identity pictures, {@code [N, wDim]}
     * @param attributes of the attribute pictures, {@code [N, wDim]}
     */
    public record Codes(HostArray identities, HostArray attributes) {}
}

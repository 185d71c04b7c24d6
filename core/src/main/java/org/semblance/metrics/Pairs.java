package org.semblance.metrics;

import java.util.List;
import org.jspecify.annotations.Nullable;
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
 */
public record Pairs(
        List<Image> identities,
        List<Image> attributes,
        int[] persons,
        int[] others,
        @Nullable Truth truth) {
    /**
     * Ground truth of rendered heads.
     *
     * @param identities factors of the identity pictures
     * @param attributes factors of the attribute pictures
     * @param swaps pictures of the one's identity with the other's attributes
     */
    public record Truth(List<HeadFactors> identities, List<HeadFactors> attributes, List<Image> swaps) {}
}

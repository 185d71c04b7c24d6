package org.semblance.networks;

import java.util.List;
import org.semblance.tensor.Tensor;

/**
 * What a network says of pictures, and the maps that it went through.
 *
 * @param stages the last map of each resolution {@code [N, C, H, W]}, finest first; empty where a network's maps are
 *     not known
 * @param rows {@code [N, size]}
 */
public record StagedFeatures(List<Tensor> stages, Tensor rows) {
    public StagedFeatures {
        stages = List.copyOf(stages);
    }
}

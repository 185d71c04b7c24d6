package org.semblance.metrics;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The networks at hand to measure with; what needs one that is missing is reported as not available.
 *
 * @param recognisers any number
 * @param landmarks 68 points as {@code [N, 136]} fractions, or null
 * @param factors a regressor of ground-truth factors, or null
 * @param layout which of its columns are what; null without it
 * @param features features for the realism of outputs, by name; InceptionV3's pool makes FID and KID of them
 */
public record MeasuringNetworks(
        List<Recogniser> recognisers,
        @Nullable ImageFeatures landmarks,
        @Nullable ImageFeatures factors,
        @Nullable FactorLayout layout,
        Map<String, ImageFeatures> features) {
    public MeasuringNetworks {
        recognisers = List.copyOf(recognisers);
        features = Map.copyOf(features);
        if ((factors == null) != (layout == null)) {
            throw new IllegalArgumentException("networks: a factor regressor and its layout come together");
        }
    }
}

package org.semblance.metrics;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The networks at hand to measure with; what needs one that is missing is reported as not available.
 *
 * @param recognisers any number
 * @param landmarks 68 points as {@code [N, 136]} fractions, or null
 * @param factors a regressor of ground-truth factors, or null
 * @param layout which of its columns are what; null without it
 * @param debiased a recogniser that is not swayed by attributes, for the bias check, or null
 * @param comparisons by the user's own networks
 * @param features features for the realism of outputs, by name; InceptionV3's pool makes FID and KID of them
 */
public record MeasuringNetworks(
        List<Recogniser> recognisers,
        @Nullable ImageFeatures landmarks,
        @Nullable ImageFeatures factors,
        @Nullable FactorLayout layout,
        @Nullable Recogniser debiased,
        Map<Comparison, ImageDistance> comparisons,
        Map<String, ImageFeatures> features) {
    public MeasuringNetworks {
        recognisers = List.copyOf(recognisers);
        comparisons = Map.copyOf(comparisons);
        features = Map.copyOf(features);
        if ((factors == null) != (layout == null)) {
            throw new IllegalArgumentException("networks: a factor regressor and its layout come together");
        }
    }

    /** These and a distance of the user's own, in place of any that was there for the same. */
    public MeasuringNetworks with(Comparison what, ImageDistance distance) {
        Map<Comparison, ImageDistance> more = new EnumMap<>(Comparison.class);
        more.putAll(comparisons);
        more.put(what, distance);
        return new MeasuringNetworks(recognisers, landmarks, factors, layout, debiased, more, features);
    }

    /** These and {@linkplain Comparison#by the distance} by what a network of the user's own reads. */
    public MeasuringNetworks with(Comparison what, ImageFeatures network) {
        return with(what, what.by(network));
    }

    /** These and a recogniser that is not swayed by attributes, such as BlendFace. */
    public MeasuringNetworks withDebiased(Recogniser recogniser) {
        return new MeasuringNetworks(recognisers, landmarks, factors, layout, recogniser, comparisons, features);
    }

    /** All recognisers, the debiased one last. @throws IllegalArgumentException unless their keys differ */
    List<Recogniser> judges() {
        List<Recogniser> all = debiased == null
                ? recognisers
                : Stream.concat(recognisers.stream(), Stream.of(debiased)).toList();
        List<String> keys = all.stream().map(Recogniser::key).toList();
        if (Set.copyOf(keys).size() < keys.size()) {
            throw new IllegalArgumentException("evaluation: keys of recognisers must differ, got " + keys);
        }
        return all;
    }
}

package org.semblance.sequence;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.metrics.OriginalLikeness;
import org.semblance.metrics.TemporalFigures;
import org.semblance.metrics.TemporalMotion;

/**
 * How steady somebody is in the result of a run.
 *
 * @param identity by the key of the recogniser; empty for somebody who is in one frame alone
 * @param original how much they look like who they were, by the key of the recogniser
 * @param motion or null where there is no landmark network, or one frame alone
 */
public record PersonFigures(
        Map<String, TemporalFigures> identity,
        Map<String, OriginalLikeness> original,
        @Nullable TemporalMotion motion) {
    /** Copies the maps. */
    public PersonFigures {
        identity = new LinkedHashMap<>(identity);
        original = new LinkedHashMap<>(original);
    }

    /** By the independent recogniser, or the first there is. @throws IllegalStateException if there is none */
    public TemporalFigures best() {
        TemporalFigures best = null;
        for (Map.Entry<String, TemporalFigures> one : identity.entrySet()) {
            best = best == null || one.getKey().endsWith("recogniser") ? one.getValue() : best;
        }
        if (best == null) {
            throw new IllegalStateException("sequence: no recogniser was at hand to measure with");
        }
        return best;
    }

    /** All figures by name. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        identity.forEach((key, figures) -> json.put(key, figures.json()));
        Map<String, Object> likeness = new LinkedHashMap<>();
        original.forEach((key, one) -> likeness.put(key, one.json()));
        json.put("to_original", likeness);
        if (motion != null) {
            json.put("motion", motion.json());
        }
        return json;
    }
}

package org.semblance.sequence;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.metrics.TemporalFigures;
import org.semblance.metrics.TemporalMotion;

/**
 * How steady somebody is in the result of a run.
 *
 * @param identity by the key of the recogniser
 * @param motion or null where there is no landmark network
 */
public record PersonFigures(Map<String, TemporalFigures> identity, @Nullable TemporalMotion motion) {
    /** Copies the map. */
    public PersonFigures {
        identity = new LinkedHashMap<>(identity);
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
        if (motion != null) {
            json.put("motion", motion.json());
        }
        return json;
    }
}

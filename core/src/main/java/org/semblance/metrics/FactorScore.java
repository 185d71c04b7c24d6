package org.semblance.metrics;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How one factor of the outputs, as a regressor reads it, agrees with the two heads that were mixed.
 *
 * @param factor which
 * @param regressor how well the regressor reads the input pictures: R2, or the share of classes right; NaN without
 *     truth
 * @param readable whether the regressor reads the factor with an R2 of at least 0.5 (a category: better than half way
 *     from chance to always); if not, the agreement says little
 * @param toIdentity agreement with the head of the identity picture: correlation, or the share of equal classes
 * @param toAttributes agreement with the head of the attribute picture
 * @param ceiling agreement, with the head it should follow, of a true swap; NaN where there is none
 * @param chance agreement of what knows nothing: 0, or of a category the share of the most frequent class
 * @param recall of a category whose class 0 is its absence: among outputs that should show it, the share read to show
 *     it
 *     in any form; NaN otherwise
 * @param balanced of a category: mean over the classes of the right head of the share read right; NaN otherwise
 */
public record FactorScore(
        Factor factor,
        double regressor,
        boolean readable,
        Interval toIdentity,
        Interval toAttributes,
        double ceiling,
        double chance,
        Interval recall,
        Interval balanced) {
    /** Agreement with the head it should follow. */
    public Interval right() {
        return factor.ofIdentity() ? toIdentity : toAttributes;
    }

    /** Agreement with the other head. */
    public Interval wrong() {
        return factor.ofIdentity() ? toAttributes : toIdentity;
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("group", factor.ofIdentity() ? "identity" : "attribute");
        json.put("kind", factor.kind().name().toLowerCase(Locale.ROOT));
        json.put("readable", readable);
        Figure.put(json, "regressor", Interval.of(regressor));
        Figure.put(json, "to_identity", toIdentity);
        Figure.put(json, "to_attributes", toAttributes);
        Figure.put(json, "ceiling", Interval.of(ceiling));
        Figure.put(json, "chance", Interval.of(chance));
        Figure.put(json, "recall", recall);
        Figure.put(json, "balanced_accuracy", balanced);
        return json;
    }
}

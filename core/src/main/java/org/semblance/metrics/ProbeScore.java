package org.semblance.metrics;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What linear probes read of one factor in the codes of the same head: R2, or of a category the share right, on rows
 * they were not fitted on.
 *
 * @param factor which
 * @param fromIdentity read in the identity code
 * @param fromAttributes read in the attribute code
 * @param fromStyle read in the style code, for the head that the factor should follow
 * @param chance what knowing nothing reads: 0, or of a category the share of the most frequent class
 * @param gap of a number: mutual information of factor and reading in the block that should hold it less that in the
 *     other, over the factor's entropy (group-wise mutual information gap); NaN for others
 */
public record ProbeScore(
        Factor factor, double fromIdentity, double fromAttributes, double fromStyle, double chance, double gap) {
    /** What the block reads that should not hold the factor. */
    public double leak() {
        return factor.ofIdentity() ? fromAttributes : fromIdentity;
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("group", factor.ofIdentity() ? "identity" : "attribute");
        Figure.put(json, "identity_code", Interval.of(fromIdentity));
        Figure.put(json, "attribute_code", Interval.of(fromAttributes));
        Figure.put(json, "style_code", Interval.of(fromStyle));
        Figure.put(json, "chance", Interval.of(chance));
        Figure.put(json, "information_gap", Interval.of(gap));
        return json;
    }
}

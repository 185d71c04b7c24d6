package org.semblance.privacy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.semblance.json.Json;

/**
 * What a recogniser says of a face and the original.
 *
 * @param recogniser its name
 * @param sha256 of its weights
 * @param independent whether no training of the model has seen it
 * @param far of its threshold
 * @param threshold cosine from which it takes two pictures for one person
 * @param source of the threshold
 * @param before cosine of the original and what the model draws with the identity kept
 * @param after cosine of the original and the delivered face
 */
public record Similarity(
        String recogniser,
        String sha256,
        boolean independent,
        double far,
        double threshold,
        String source,
        double before,
        double after) {
    /** Of an operating point. */
    public static Similarity of(OperatingPoint point, double before, double after) {
        return new Similarity(
                point.recogniser().key(),
                point.recogniser().checksum(),
                point.recogniser().independent(),
                point.far(),
                point.threshold(),
                point.source(),
                before,
                after);
    }

    /** Whether it takes the two for different people. */
    public boolean holds() {
        return after < threshold;
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("recogniser", recogniser);
        json.put("sha256", sha256);
        json.put("independent", independent);
        json.put("far", far);
        json.put("threshold", threshold);
        json.put("threshold_source", source);
        json.put("before", before);
        json.put("after", after);
        json.put("holds", holds());
        return json;
    }

    static Similarity of(Json json) {
        return new Similarity(
                json.get("recogniser").asString(),
                json.get("sha256").asString(),
                json.get("independent").asBoolean(),
                json.get("far").asDouble(),
                json.get("threshold").asDouble(),
                json.get("threshold_source").asString(),
                json.get("before").asDouble(),
                json.get("after").asDouble());
    }
}

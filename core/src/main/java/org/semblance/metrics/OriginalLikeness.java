package org.semblance.metrics;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.semblance.array.HostArray;

/**
 * How much the faces of a result look like those that were there before, by one recogniser.
 *
 * @param mean mean cosine of the frames of both
 * @param greatest the greatest
 * @param threshold cosine from which the recogniser takes two pictures for one person; NaN if unknown
 * @param above frames at or above it; 0 if it is unknown
 */
public record OriginalLikeness(double mean, double greatest, double threshold, int above) {
    /** Of embeddings {@code [T, D]} of the frames before and after. */
    public static OriginalLikeness of(HostArray before, HostArray after, double threshold) {
        double[] cosines = Embeddings.cosines(before, after);
        return new OriginalLikeness(
                Statistics.mean(cosines), Arrays.stream(cosines).max().orElseThrow(), threshold, (int)
                        Arrays.stream(cosines).filter(c -> c >= threshold).count());
    }

    /** The figures that there are, by name. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        TemporalFigures.put(json, "mean", mean);
        TemporalFigures.put(json, "greatest", greatest);
        TemporalFigures.put(json, "threshold", threshold);
        json.put("frames_above", above);
        return json;
    }
}

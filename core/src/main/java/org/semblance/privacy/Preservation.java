package org.semblance.privacy;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.semblance.array.HostArray;
import org.semblance.json.Json;
import org.semblance.metrics.FaceMeasure;
import org.semblance.metrics.Landmarks;

/**
 * What a face kept of the original.
 *
 * @param side pixels of the face per side, in which distances are counted
 * @param landmarkMean mean distance of the 68 points, in pixels
 * @param landmarkRms root of the mean squared distance of the 68 points, in pixels
 * @param attributeDistance distance of the attribute codes over the norm of the original's
 * @param measures pose and expression as landmarks tell them: delivered less original, by name
 */
public record Preservation(
        int side, double landmarkMean, double landmarkRms, double attributeDistance, Map<String, Double> measures) {
    public Preservation {
        measures = Map.copyOf(measures);
    }

    /**
     * Of landmarks {@code [1, 136]} and attribute codes {@code [1, D]} of the original and of the delivered face.
     *
     * @param side pixels of the face per side
     */
    public static Preservation of(
            int side, HostArray points, HostArray madePoints, float[] attributes, float[] madeAttributes) {
        Map<String, Double> measures = new LinkedHashMap<>();
        for (FaceMeasure measure : FaceMeasure.values()) {
            double change = measure.of(madePoints)[0] - measure.of(points)[0];
            if (Double.isFinite(change)) {
                measures.put(measure.name().toLowerCase(Locale.ROOT), change);
            }
        }
        return new Preservation(
                side,
                Landmarks.meanPixels(madePoints, points, side)[0],
                rms(points.data(), madePoints.data(), side),
                relative(attributes, madeAttributes),
                measures);
    }

    private static double rms(float[] a, float[] b, int side) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.pow((double) a[i] - b[i], 2);
        }
        return side * Math.sqrt(sum / (a.length / 2));
    }

    private static double relative(float[] attributes, float[] made) {
        float[] apart = Codes.corrected(new float[made.length], 1, made, attributes);
        return Math.sqrt(Codes.dot(apart, apart) / Codes.dot(attributes, attributes));
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("side", side);
        json.put("landmark_mean_px", landmarkMean);
        json.put("landmark_rms_px", landmarkRms);
        json.put("attribute_distance", attributeDistance);
        Map<String, Object> changes = new LinkedHashMap<>();
        for (FaceMeasure measure : FaceMeasure.values()) {
            String name = measure.name().toLowerCase(Locale.ROOT);
            if (measures.containsKey(name)) {
                changes.put(name, measures.get(name));
            }
        }
        json.put("changes", changes);
        return json;
    }

    static Preservation of(Json json) {
        Map<String, Double> measures = new LinkedHashMap<>();
        Json changes = json.get("changes");
        changes.keys().forEach(name -> measures.put(name, changes.get(name).asDouble()));
        return new Preservation(
                json.get("side").asInt(),
                json.get("landmark_mean_px").asDouble(),
                json.get("landmark_rms_px").asDouble(),
                json.get("attribute_distance").asDouble(),
                measures);
    }
}

package org.semblance.privacy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.semblance.json.Json;

/** What became of a batch of pictures; may be filled by several threads. */
public final class AnonymizationSummary {
    private final Map<String, Certificate> delivered = new TreeMap<>();
    private final Map<String, Certificate> refused = new TreeMap<>();
    private final Map<String, String> failed = new TreeMap<>();

    /** A picture that was delivered or refused. */
    public synchronized void add(String picture, Certificate certificate) {
        (certificate.sha256().isEmpty() ? refused : delivered).put(picture, certificate);
    }

    /** A picture that could not be worked on. */
    public synchronized void failed(String picture, String reason) {
        failed.put(picture, reason);
    }

    /** Pictures delivered. */
    public synchronized int delivered() {
        return delivered.size();
    }

    /** Pictures refused. */
    public synchronized int refused() {
        return refused.size();
    }

    /** Pictures that could not be worked on. */
    public synchronized int failed() {
        return failed.size();
    }

    /** Counts, rates, the worst and mean figures of delivered faces, and what was refused or failed, and why. */
    public synchronized Json json() {
        int pictures = delivered.size() + refused.size() + failed.size();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("schema", Certificate.SCHEMA);
        json.put("pictures", pictures);
        json.put("delivered", delivered.size());
        json.put("refused", refused.size());
        json.put("failed", failed.size());
        json.put("delivered_rate", pictures == 0 ? 0 : (double) delivered.size() / pictures);
        json.put("refused_rate", pictures == 0 ? 0 : (double) refused.size() / pictures);
        List<FaceRecord> faces = new ArrayList<>();
        delivered.values().forEach(c -> faces.addAll(c.faces()));
        json.put("faces", faces.size());
        json.put("recognisers", recognisers(faces));
        json.put("preservation", preservation(faces));
        json.put("refusals", refusals());
        json.put("failures", failed);
        return Json.of(json);
    }

    private static List<Map<String, Object>> recognisers(List<FaceRecord> faces) {
        List<Map<String, Object>> all = new ArrayList<>();
        int count = faces.isEmpty() ? 0 : faces.get(0).similarities().size();
        for (int r = 0; r < count; r++) {
            int index = r;
            Similarity first = faces.get(0).similarities().get(r);
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("recogniser", first.recogniser());
            one.put("independent", first.independent());
            one.put("threshold", first.threshold());
            one.put(
                    "below_threshold",
                    mean(faces, f -> f.similarities().get(index).holds() ? 1 : 0));
            one.put("before_mean", mean(faces, f -> f.similarities().get(index).before()));
            one.put("after_mean", mean(faces, f -> f.similarities().get(index).after()));
            one.put(
                    "after_max",
                    faces.stream()
                            .mapToDouble(f -> f.similarities().get(index).after())
                            .max()
                            .orElseThrow());
            all.add(one);
        }
        return all;
    }

    private static Map<String, Object> preservation(List<FaceRecord> faces) {
        Map<String, Object> all = new LinkedHashMap<>();
        if (!faces.isEmpty()) {
            all.put("landmark_mean_px", mean(faces, f -> f.preservation().landmarkMean()));
            all.put("landmark_rms_px", mean(faces, f -> f.preservation().landmarkRms()));
            all.put("attribute_distance", mean(faces, f -> f.preservation().attributeDistance()));
            all.put("tried", mean(faces, FaceRecord::tried));
        }
        return all;
    }

    private static double mean(List<FaceRecord> faces, ToDoubleFunction<FaceRecord> figure) {
        return faces.stream().mapToDouble(figure).average().orElseThrow();
    }

    private Map<String, Object> refusals() {
        Map<String, Object> all = new LinkedHashMap<>();
        refused.forEach((picture, certificate) -> {
            Map<String, Object> figures = new LinkedHashMap<>();
            for (FaceRecord face : certificate.faces()) {
                for (Similarity s : face.similarities()) {
                    figures.merge(s.recogniser(), s.after(), (a, b) -> Math.max((double) a, (double) b));
                }
            }
            all.put(picture, figures);
        });
        return all;
    }
}

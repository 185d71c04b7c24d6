package org.semblance.privacy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.image.FaceFrame;
import org.semblance.image.Point;
import org.semblance.json.Json;

/**
 * One face of a picture.
 *
 * @param frame where it lies in the picture, or null where it is the picture
 * @param parameters of the mode, for this face
 * @param tried candidates that were drawn and measured
 * @param similarities by every recogniser; of a refused face those of the best candidate
 * @param preservation what was kept, likewise
 */
public record FaceRecord(
        @Nullable FaceFrame frame,
        Json parameters,
        int tried,
        List<Similarity> similarities,
        Preservation preservation) {
    public FaceRecord {
        similarities = List.copyOf(similarities);
    }

    /** Whether every recogniser takes it for another person than the original. */
    public boolean holds() {
        return similarities.stream().allMatch(Similarity::holds);
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        if (frame != null) {
            json.put("centre", pair(frame.centre()));
            json.put("across", pair(frame.across()));
        }
        json.put("parameters", parameters);
        json.put("tried", tried);
        json.put("similarities", similarities.stream().map(Similarity::json).toList());
        json.put("preservation", preservation.json());
        return json;
    }

    private static double[] pair(Point point) {
        return new double[] {point.x(), point.y()};
    }

    static FaceRecord of(Json json) {
        return new FaceRecord(
                json.has("centre") ? new FaceFrame(point(json.get("centre")), point(json.get("across"))) : null,
                json.get("parameters"),
                json.get("tried").asInt(),
                json.get("similarities").elements().stream().map(Similarity::of).toList(),
                Preservation.of(json.get("preservation")));
    }

    private static Point point(Json json) {
        double[] values = json.asDoubles();
        if (values.length != 2) {
            throw json.wrong("x and y", values.length + " numbers");
        }
        return new Point(values[0], values[1]);
    }
}

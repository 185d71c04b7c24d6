package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.semblance.Face;
import org.semblance.image.FaceFrame;
import org.semblance.image.Point;
import org.semblance.json.Json;

/** Where an aligned face was cut from, as a file beside it. */
final class FrameJson {
    private FrameJson() {}

    static void write(Path path, Path photo, Face face, FaceFrame frame) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("photo", String.valueOf(photo.getFileName()));
        all.put("score", face.score());
        all.put("box", new double[] {
            face.box().x(), face.box().y(), face.box().width(), face.box().height()
        });
        all.put("centre", pair(frame.centre()));
        all.put("across", pair(frame.across()));
        all.put("landmarks", face.landmarks().stream().map(FrameJson::pair).toList());
        Files.writeString(path, Json.of(all).pretty());
    }

    private static double[] pair(Point point) {
        return new double[] {point.x(), point.y()};
    }

    static FaceFrame read(Path path) throws IOException {
        Json json = Json.parse(path);
        return new FaceFrame(point(json.get("centre")), point(json.get("across")));
    }

    private static Point point(Json json) {
        double[] values = json.asDoubles();
        if (values.length != 2) {
            throw json.wrong("x and y", values.length + " numbers");
        }
        return new Point(values[0], values[1]);
    }
}

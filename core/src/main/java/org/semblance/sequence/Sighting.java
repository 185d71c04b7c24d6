package org.semblance.sequence;

import java.util.List;
import org.semblance.image.Box;
import org.semblance.image.FaceFrame;
import org.semblance.image.Point;

/**
 * A face that was seen in a frame.
 *
 * @param box where
 * @param score how sure, 0 to 1
 * @param landmarks the 68 points of the iBUG order, in pixels of the frame; empty where the frame is an aligned face
 */
public record Sighting(Box box, double score, List<Point> landmarks) {
    /** @throws IllegalArgumentException unless there are 68 landmarks or none */
    public Sighting {
        landmarks = List.copyOf(landmarks);
        if (!landmarks.isEmpty() && landmarks.size() != 68) {
            throw new IllegalArgumentException("face: 68 landmarks are needed, got " + landmarks.size());
        }
    }

    /** The frame as a whole is the face. */
    static Sighting whole(int width, int height) {
        return new Sighting(new Box(0, 0, width, height), 1, List.of());
    }

    /** What would be cut out. */
    FaceFrame frame() {
        if (!landmarks.isEmpty()) {
            return FaceFrame.of(landmarks);
        }
        Point centre = new Point(box.x() + box.width() / 2, box.y() + box.height() / 2);
        return new FaceFrame(centre, new Point(box.width() / 2, 0));
    }
}

package org.semblance;

import java.util.List;
import org.semblance.image.Box;
import org.semblance.image.Point;

/**
 * A face in a photograph.
 *
 * @param box where the detector saw it
 * @param score the detector's confidence, 0 to 1
 * @param landmarks the 68 points of the iBUG order, in pixels of the photograph
 */
public record Face(Box box, double score, List<Point> landmarks) {
    public Face {
        landmarks = List.copyOf(landmarks);
    }
}

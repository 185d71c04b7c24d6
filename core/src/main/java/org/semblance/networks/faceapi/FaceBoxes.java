package org.semblance.networks.faceapi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Choosing among the boxes of a detector. */
final class FaceBoxes {
    private FaceBoxes() {}

    /** The best boxes, best first, without those that overlap a better one by more than this. */
    static List<FaceBox> best(List<FaceBox> all, double overlap, int most) {
        List<FaceBox> chosen = new ArrayList<>();
        for (FaceBox box : all.stream()
                .sorted(Comparator.comparingDouble(FaceBox::score).reversed())
                .toList()) {
            if (chosen.size() < most && chosen.stream().noneMatch(c -> c.overlap(box) > overlap)) {
                chosen.add(box);
            }
        }
        return chosen;
    }
}

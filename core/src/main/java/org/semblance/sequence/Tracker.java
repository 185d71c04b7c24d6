package org.semblance.sequence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Follows faces from frame to frame: each goes on as the face that it overlaps, whose points lie near its own and that
 * it looks like; the best pairs first. Fed with frames in order, it keeps one sighting for each face in view.
 */
final class Tracker {
    private final Tracking tracking;
    private final List<Trail> open = new ArrayList<>();
    private final List<Track> done = new ArrayList<>();
    private int frame;

    Tracker(Tracking tracking) {
        this.tracking = tracking;
    }

    /** A face of the new frame as the continuation of a trail. */
    private record Match(Trail trail, int face, double score) {}

    /** Takes the faces of the next frame. */
    void next(List<SeenFace> faces) {
        boolean[] taken = new boolean[faces.size()];
        List<Trail> free = new ArrayList<>(open);
        for (Match match : matches(faces)) {
            if (!taken[match.face] && free.remove(match.trail)) {
                taken[match.face] = true;
                match.trail.add(frame, faces.get(match.face));
            }
        }
        for (int i = 0; i < taken.length; i++) {
            if (!taken[i]) {
                open.add(new Trail(frame, faces.get(i)));
            }
        }
        frame++;
        closeLost();
    }

    private List<Match> matches(List<SeenFace> faces) {
        List<Match> matches = new ArrayList<>();
        for (Trail trail : open) {
            for (int i = 0; i < faces.size(); i++) {
                double score = trail.score(frame, faces.get(i), tracking);
                if (!Double.isNaN(score)) {
                    matches.add(new Match(trail, i, score));
                }
            }
        }
        matches.sort(Comparator.comparingDouble(Match::score).reversed());
        return matches;
    }

    private void closeLost() {
        for (Trail trail : List.copyOf(open)) {
            if (frame - trail.last() > tracking.gap() + 1) {
                close(trail);
            }
        }
    }

    private void close(Trail trail) {
        open.remove(trail);
        if (trail.seen() >= tracking.least()) {
            done.add(trail.track());
        }
    }

    /** All faces that were seen often enough, by their first frame, from the left; nothing can be added any more. */
    List<Track> finish() {
        List.copyOf(open).forEach(this::close);
        done.sort(Comparator.comparingInt(Track::first)
                .thenComparingDouble(t -> t.frames().get(0).centre().x()));
        return List.copyOf(done);
    }
}

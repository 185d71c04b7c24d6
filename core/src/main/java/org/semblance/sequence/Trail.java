package org.semblance.sequence;

import java.util.ArrayList;
import java.util.List;
import org.semblance.image.Box;
import org.semblance.image.FaceFrame;
import org.semblance.image.Point;

/** A track that is still growing. */
final class Trail {
    private final int first;
    private final List<FaceFrame> frames = new ArrayList<>();
    private final float[] sum;
    private SeenFace latest;
    private Point step = new Point(0, 0);
    private int seen;

    Trail(int frame, SeenFace face) {
        first = frame;
        latest = face;
        sum = new float[face.embedding().length];
        take(face);
    }

    private void take(SeenFace face) {
        latest = face;
        frames.add(face.sighting().frame());
        double norm = Math.sqrt(dot(face.embedding(), face.embedding()));
        for (int i = 0; i < sum.length; i++) {
            sum[i] += norm > 0 ? (float) (face.embedding()[i] / norm) : 0;
        }
        seen++;
    }

    /** Goes on with a face of a later frame; frames in between are filled. */
    void add(int frame, SeenFace face) {
        int missed = frame - last() - 1;
        Point from = middle(latest.sighting());
        Point to = middle(face.sighting());
        step = new Point((to.x() - from.x()) / (missed + 1), (to.y() - from.y()) / (missed + 1));
        FaceFrame before = frames.get(frames.size() - 1);
        frames.addAll(Track.between(before, face.sighting().frame(), missed));
        take(face);
    }

    int last() {
        return first + frames.size() - 1;
    }

    int seen() {
        return seen;
    }

    Track track() {
        float[] mean = sum.clone();
        for (int i = 0; i < mean.length; i++) {
            mean[i] /= seen;
        }
        return new Track(first, frames, seen, mean);
    }

    /**
     * How well a face of a frame continues this: overlap, likeness and nearness of the points, each at most 1; NaN if
     * not at all. The face is expected where it was or where its motion has taken it; after missed frames less overlap
     * is asked for.
     */
    double score(int frame, SeenFace face, Tracking tracking) {
        Box box = latest.sighting().box();
        Box moved = new Box(
                box.x() + step.x() * (frame - last()),
                box.y() + step.y() * (frame - last()),
                box.width(),
                box.height());
        double overlap = Math.max(
                overlap(box, face.sighting().box()),
                overlap(moved, face.sighting().box()));
        double likeness = Math.max(cosine(latest.embedding(), face.embedding()), cosine(sum, face.embedding()));
        if (overlap < tracking.overlap() / (frame - last()) || likeness < tracking.likeness()) {
            return Double.NaN;
        }
        return overlap + likeness + 1 - Math.min(1, distance(latest.sighting(), face.sighting()));
    }

    /** Intersection over union. */
    static double overlap(Box a, Box b) {
        double width = Math.min(a.x() + a.width(), b.x() + b.width()) - Math.max(a.x(), b.x());
        double height = Math.min(a.y() + a.height(), b.y() + b.height()) - Math.max(a.y(), b.y());
        double both = Math.max(0, width) * Math.max(0, height);
        double either = a.width() * a.height() + b.width() * b.height() - both;
        return either > 0 ? both / either : 0;
    }

    /** Mean distance of the landmarks, or of the middles where there are none, in widths of the older box. */
    private static double distance(Sighting a, Sighting b) {
        List<Point> from = a.landmarks().isEmpty() || b.landmarks().isEmpty() ? List.of(middle(a)) : a.landmarks();
        List<Point> to = from.size() == 1 ? List.of(middle(b)) : b.landmarks();
        double sum = 0;
        for (int i = 0; i < from.size(); i++) {
            sum += Math.hypot(
                    from.get(i).x() - to.get(i).x(), from.get(i).y() - to.get(i).y());
        }
        return sum / from.size() / Math.max(1, a.box().width());
    }

    private static Point middle(Sighting sighting) {
        Box box = sighting.box();
        return new Point(box.x() + box.width() / 2, box.y() + box.height() / 2);
    }

    /** 0 where one side is 0. */
    static double cosine(float[] a, float[] b) {
        double norms = dot(a, a) * dot(b, b);
        return norms > 0 ? dot(a, b) / Math.sqrt(norms) : 0;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}

package org.semblance.image;

import java.util.List;

/**
 * The turned square that an aligned face was cut from, with the map between both: {@code (u, v)} in [0, 1], from the
 * aligned picture's top left corner, lies at {@code centre + (2u - 1) across + (2v - 1) down} in the photograph. In
 * float64; continuous coordinates as of {@link Point}.
 *
 * <p>Source: Karras et al., A Style-Based Generator Architecture (FFHQ), appendix A; the recipe of its authors.
 *
 * @param centre of the square
 * @param across from the centre to the middle of the right edge
 */
public record FaceFrame(Point centre, Point across) {
    /** @throws IllegalArgumentException if it is not finite or empty */
    public FaceFrame {
        double side = 2 * across.length();
        if (!(side > 0 && side < 1e7) || !Double.isFinite(centre.x() + centre.y())) {
            throw new IllegalArgumentException("face: a frame must be a finite square, got " + centre + ", " + across);
        }
    }

    /**
     * The frame of a face: turned so that the eyes are level, 2 eye distances or 1.8 eye-to-mouth distances from the
     * centre to an edge, whichever is more, and centred a tenth of the way from the eyes to the mouth.
     *
     * @param landmarks the 68 points of the iBUG order
     * @throws IllegalArgumentException if there are not 68, or they coincide
     */
    public static FaceFrame of(List<Point> landmarks) {
        if (landmarks.size() != 68) {
            throw new IllegalArgumentException("face: 68 landmarks are needed, got " + landmarks.size());
        }
        Point left = mean(landmarks.subList(36, 42));
        Point right = mean(landmarks.subList(42, 48));
        Point eyes = left.plus(right).times(0.5);
        Point toEye = right.minus(left);
        Point mouth = landmarks.get(48).plus(landmarks.get(54)).times(0.5);
        Point toMouth = mouth.minus(eyes);
        Point direction = toEye.minus(toMouth.quarter());
        double reach = Math.max(toEye.length() * 2, toMouth.length() * 1.8);
        return new FaceFrame(eyes.plus(toMouth.times(0.1)), direction.times(reach / direction.length()));
    }

    private static Point mean(List<Point> points) {
        Point sum = new Point(0, 0);
        for (Point point : points) {
            sum = sum.plus(point);
        }
        return sum.times(1.0 / points.size());
    }

    /** From the centre to the middle of the bottom edge. */
    public Point down() {
        return across.quarter();
    }

    /** Pixels of the photograph along an edge. */
    public double side() {
        return 2 * across.length();
    }

    /** How far the face is turned clockwise, in radians. */
    public double angle() {
        return Math.atan2(across.y(), across.x());
    }

    /** A place of the aligned picture, in fractions of its sides, in the photograph. */
    public Point inPhoto(double u, double v) {
        return centre.plus(across.times(2 * u - 1)).plus(down().times(2 * v - 1));
    }

    /** A place of the photograph, as fractions of the aligned picture's sides; the inverse of {@link #inPhoto}. */
    public Point inFace(Point photo) {
        Point from = photo.minus(centre);
        double square = across.x() * across.x() + across.y() * across.y();
        double u = (from.x() * across.x() + from.y() * across.y()) / square;
        double v = (from.x() * down().x() + from.y() * down().y()) / square;
        return new Point((u + 1) / 2, (v + 1) / 2);
    }

    /** Top left, top right, bottom right, bottom left in the photograph. */
    public List<Point> corners() {
        return List.of(inPhoto(0, 0), inPhoto(1, 0), inPhoto(1, 1), inPhoto(0, 1));
    }

    /** The smallest upright box around it. */
    Box bounds() {
        double reach = Math.abs(across.x()) + Math.abs(across.y());
        return new Box(centre.x() - reach, centre.y() - reach, 2 * reach, 2 * reach);
    }

    /** The same frame in a picture that was cut at (x, y) and then scaled. */
    FaceFrame within(double x, double y, double scale) {
        return new FaceFrame(centre.minus(new Point(x, y)).times(scale), across.times(scale));
    }
}

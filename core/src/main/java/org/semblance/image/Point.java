package org.semblance.image;

/**
 * A point of a picture in pixels, continuous: the picture spans 0 to its width and 0 to its height, and the centre of
 * its first pixel is (0.5, 0.5).
 *
 * @param x from the left edge
 * @param y from the top edge
 */
public record Point(double x, double y) {
    Point plus(Point other) {
        return new Point(x + other.x, y + other.y);
    }

    Point minus(Point other) {
        return new Point(x - other.x, y - other.y);
    }

    Point times(double factor) {
        return new Point(x * factor, y * factor);
    }

    /** Turned by a quarter: what is right becomes what is above. */
    Point quarter() {
        return new Point(-y, x);
    }

    /** Distance from (0, 0). */
    double length() {
        return Math.hypot(x, y);
    }
}

package org.semblance.networks.faceapi;

/**
 * Where a detector sees a face, as fractions of the sides of the square picture that it was given.
 *
 * @param left first column
 * @param top first row
 * @param right behind the last column
 * @param bottom behind the last row
 * @param score confidence, 0 to 1
 */
public record FaceBox(double left, double top, double right, double bottom, double score) {
    /** Area of what both cover by the area of what either covers. */
    double overlap(FaceBox other) {
        double width = Math.min(right, other.right) - Math.max(left, other.left);
        double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
        double both = Math.max(width, 0) * Math.max(height, 0);
        double either = area() + other.area() - both;
        return either > 0 ? both / either : 0;
    }

    private double area() {
        return Math.max(right - left, 0) * Math.max(bottom - top, 0);
    }
}

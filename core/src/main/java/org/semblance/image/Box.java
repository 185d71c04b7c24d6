package org.semblance.image;

/**
 * An upright rectangle in a picture, in pixels as {@link Point} counts them; it may reach outside.
 *
 * @param x left edge
 * @param y top edge
 * @param width extent to the right
 * @param height extent downwards
 */
public record Box(double x, double y, double width, double height) {
    /** The part inside a picture of this size, on whole pixels: origin and extents rounded down. */
    Box within(int pictureWidth, int pictureHeight) {
        double left = Math.max(x, 0);
        double top = Math.max(y, 0);
        double w = Math.min(x + width - left, pictureWidth - left);
        double h = Math.min(y + height - top, pictureHeight - top);
        return new Box(Math.floor(left), Math.floor(top), Math.floor(w), Math.floor(h));
    }
}

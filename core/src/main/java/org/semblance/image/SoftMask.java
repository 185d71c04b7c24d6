package org.semblance.image;

/** How much of a face shows at a place of it, so that what is put into a photograph has no edge. */
@FunctionalInterface
public interface SoftMask {
    /**
     * From 0 (the photograph) to 1 (the face).
     *
     * @param u from the left edge (0) to the right (1)
     * @param v from the top edge (0) to the bottom (1)
     */
    double at(double u, double v);

    /** A square that fades over the outer eighth. */
    static SoftMask usual() {
        return square(0.125);
    }

    /**
     * The whole square, fading from its edge inwards.
     *
     * @param fade width of the fading border as a fraction of the side, 0 to 0.5
     */
    static SoftMask square(double fade) {
        requireFade(fade);
        return (u, v) -> smooth(Math.min(Math.min(u, 1 - u), Math.min(v, 1 - v)), fade);
    }

    /**
     * An upright ellipse in the middle, fading from its edge inwards: the head without what is around.
     *
     * @param width of the ellipse as a fraction of the side, 0 to 1
     * @param height of the ellipse as a fraction of the side, 0 to 1
     * @param fade width of the fading border as a fraction of the ellipse's radius, 0 to 0.5
     */
    static SoftMask ellipse(double width, double height, double fade) {
        requireFade(fade);
        if (!(width > 0 && width <= 1 && height > 0 && height <= 1)) {
            throw new IllegalArgumentException(
                    "mask: an ellipse must take 0 to 1 of the sides, got " + width + ", " + height);
        }
        return (u, v) -> smooth(1 - Math.hypot((2 * u - 1) / width, (2 * v - 1) / height), fade);
    }

    private static void requireFade(double fade) {
        if (!(fade >= 0 && fade <= 0.5)) {
            throw new IllegalArgumentException("mask: fade must lie in [0, 0.5], got " + fade);
        }
    }

    /** 0 at the edge, 1 a fade inside, without a kink. */
    private static double smooth(double inside, double fade) {
        if (inside <= 0) {
            return 0;
        }
        double t = fade == 0 ? 1 : Math.min(1, inside / fade);
        return t * t * (3 - 2 * t);
    }
}

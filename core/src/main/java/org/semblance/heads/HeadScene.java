package org.semblance.heads;

/**
 * The whole scene in world space: skin with neck, hair, shirt and glasses as one distance field. Immutable, so shared
 * by all threads that render one head.
 */
final class HeadScene {
    private static final double COLLAR_JOINT = 0.16;
    private static final double NECK_JOINT = 0.10;
    /** Greatest slope of the parts in {@link #lower}: the cone of the collar and the slant of the rims. */
    private static final double STEEPEST = 1.06;

    private static final Ellipsoid SHOULDERS = Ellipsoid.of(1.52, 0.90, 0.66).at(0, -2.20, -0.34);
    private static final Capsule COLLAR =
            new Capsule(new double[] {0, -1.42, -0.33}, new double[] {0, -1.9, -0.34}, 0.455, 0.58);

    final Pose pose;
    final Beard beard;
    final HeadSkin skin;

    private final Hair hair;
    private final Glasses glasses;
    private final Capsule neck;

    HeadScene(HeadShape shape, Pose pose) {
        this.pose = pose;
        beard = new Beard(shape);
        skin = new HeadSkin(shape, beard);
        hair = new Hair(shape);
        glasses = new Glasses(shape);
        neck = new Capsule(pose.toWorld(0, -0.70, -0.22), new double[] {0, -1.95, -0.34}, 0.40, 0.44);
    }

    /** Distance of a world point from the nearest part. */
    double distance(double x, double y, double z) {
        return distanceBelow(Double.POSITIVE_INFINITY, x, y, z);
    }

    /** min(distance, limit) at a world point, without the work that cannot matter. */
    double distanceBelow(double limit, double x, double y, double z) {
        double hx = pose.headX(x, y, z);
        double hy = pose.headY(x, y, z);
        double hz = pose.headZ(x, y, z);
        double d = Math.min(limit, neck.join(skin.distance(hx, hy, hz), x, y, z, NECK_JOINT));
        d = hair.distanceBelow(d, hx, hy, hz);
        d = shirtBelow(d, x, y, z);
        return Math.min(d, glasses.distance(hx, hy, hz));
    }

    /**
     * A lower bound of the distance where it is positive. It changes by at most 1 per unit of length, so the ball of
     * that radius about the point is empty.
     */
    double lower(double x, double y, double z) {
        double hx = pose.headX(x, y, z);
        double hy = pose.headY(x, y, z);
        double hz = pose.headZ(x, y, z);
        double d = Smooth.min(skin.lower(hx, hy, hz), neck.distance(x, y, z), NECK_JOINT);
        d = Math.min(d, Smooth.min(SHOULDERS.lower(x, y, z), COLLAR.distance(x, y, z), COLLAR_JOINT));
        d = Math.min(d, hair.lower(hx, hy, hz));
        return Math.min(d, glasses.distance(hx, hy, hz)) / STEEPEST;
    }

    private static double shirt(double x, double y, double z) {
        return COLLAR.join(SHOULDERS.distance(x, y, z), x, y, z, COLLAR_JOINT);
    }

    /* The joint lowers the lesser of the two by at most a quarter of its width. */
    private static double shirtBelow(double limit, double x, double y, double z) {
        double s = limit + COLLAR_JOINT / 4;
        return SHOULDERS.isBeyond(s, x, y, z) && COLLAR.isBeyond(s, x, y, z) ? limit : Math.min(limit, shirt(x, y, z));
    }

    /** Fills the head point and the distance of each part at the world point of the surface. */
    void measure(Surface at) {
        at.hx = pose.headX(at.x, at.y, at.z);
        at.hy = pose.headY(at.x, at.y, at.z);
        at.hz = pose.headZ(at.x, at.y, at.z);
        at.skin = neck.join(skin.distance(at.hx, at.hy, at.hz), at.x, at.y, at.z, NECK_JOINT);
        at.hair = hair.distance(at.hx, at.hy, at.hz);
        at.shirt = shirt(at.x, at.y, at.z);
        at.glasses = glasses.distance(at.hx, at.hy, at.hz);
    }
}

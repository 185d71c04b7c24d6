package org.semblance.heads;

/**
 * How far the joints of a group of parts can be felt: a box test that says, without a root, that no part of the group
 * changes a skin at distance d. A part of radii r about c is felt only where its k0 is below 1 + (|d| + k) / min r, and
 * k0 is at least |y - cy| / ry, and so on for x and z. For groups that lie at x &gt;= 0 and face the viewer.
 */
final class Reach {
    private double side = Double.NEGATIVE_INFINITY;
    private double top = Double.NEGATIVE_INFINITY;
    private double bottom = Double.POSITIVE_INFINITY;
    private double back = Double.POSITIVE_INFINITY;
    private double slopeX;
    private double slopeY;
    private double slopeZ;

    /** Adds a part that joins with width k. */
    Reach with(Ellipsoid part, double k) {
        return with(part, 0, 0, k);
    }

    /** Adds a part that joins with width k, moved by (dy, dz). */
    Reach with(Ellipsoid part, double dy, double dz, double k) {
        double stretch = 1 + k * part.inverseLeast;
        double rx = 1 / part.ix;
        double ry = 1 / part.iy;
        double rz = 1 / part.iz;
        side = Math.max(side, part.cx + rx * stretch);
        top = Math.max(top, part.cy + dy + ry * stretch);
        bottom = Math.min(bottom, part.cy + dy - ry * stretch);
        back = Math.min(back, part.cz + dz - rz * stretch);
        slopeX = Math.max(slopeX, rx * part.inverseLeast);
        slopeY = Math.max(slopeY, ry * part.inverseLeast);
        slopeZ = Math.max(slopeZ, rz * part.inverseLeast);
        return this;
    }

    /** Whether a point, ax = |x|, is surely out of reach of all parts. */
    boolean excludes(double d, double ax, double y, double z) {
        double s = Math.abs(d);
        return z <= back - slopeZ * s || y >= top + slopeY * s || y <= bottom - slopeY * s || ax >= side + slopeX * s;
    }
}

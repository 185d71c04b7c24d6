package org.semblance.heads;

/**
 * An axis-aligned ellipsoid as an approximate distance field: d = k0 (k0 - 1) / k1 with k0 = |p / r| and
 * k1 = |p / r^2| + 1e-6; exact for a sphere.
 *
 * <p>{@link #join} and {@link #carve} return their input without a root where the joint cannot be reached: as
 * k1 &lt;= k0 / min r, d &gt;= min r (k0 - 1) outside, so k0 &gt;= 1 + s / min r means d &gt;= s.
 */
final class Ellipsoid {
    /** Centre. */
    final double cx;

    final double cy;
    final double cz;
    /** Inverse radii, and the inverse of the least radius. */
    final double ix;

    final double iy;
    final double iz;
    final double inverseLeast;

    private Ellipsoid(double cx, double cy, double cz, double rx, double ry, double rz) {
        this.cx = cx;
        this.cy = cy;
        this.cz = cz;
        ix = 1 / rx;
        iy = 1 / ry;
        iz = 1 / rz;
        inverseLeast = 1 / Math.min(rx, Math.min(ry, rz));
    }

    /** The ellipsoid of radii (rx, ry, rz) about the origin. */
    static Ellipsoid of(double rx, double ry, double rz) {
        return new Ellipsoid(0, 0, 0, rx, ry, rz);
    }

    /** This ellipsoid about another centre. */
    Ellipsoid at(double x, double y, double z) {
        return new Ellipsoid(x, y, z, 1 / ix, 1 / iy, 1 / iz);
    }

    double distance(double x, double y, double z) {
        double ax = (x - cx) * ix;
        double ay = (y - cy) * iy;
        double az = (z - cz) * iz;
        return distance(ax, ay, az, ax * ax + ay * ay + az * az);
    }

    /** min r (k0 - 1): outside, a lower bound of the distance that changes by at most 1 per unit of length. */
    double lower(double x, double y, double z) {
        double ax = (x - cx) * ix;
        double ay = (y - cy) * iy;
        double az = (z - cz) * iz;
        return (Math.sqrt(ax * ax + ay * ay + az * az) - 1) / inverseLeast;
    }

    private double distance(double ax, double ay, double az, double k0Square) {
        double bx = ax * ix;
        double by = ay * iy;
        double bz = az * iz;
        double k0 = Math.sqrt(k0Square);
        return k0 * (k0 - 1) / (Math.sqrt(bx * bx + by * by + bz * bz) + 1e-6);
    }

    /** smin(d, this, k) at a point. */
    double join(double d, double x, double y, double z, double k) {
        double ax = (x - cx) * ix;
        double ay = (y - cy) * iy;
        double az = (z - cz) * iz;
        double k0Square = ax * ax + ay * ay + az * az;
        return isBeyond(d + k, k0Square) ? d : Smooth.min(d, distance(ax, ay, az, k0Square), k);
    }

    /** smax(d, -this, k) at a point. */
    double carve(double d, double x, double y, double z, double k) {
        double ax = (x - cx) * ix;
        double ay = (y - cy) * iy;
        double az = (z - cz) * iz;
        double k0Square = ax * ax + ay * ay + az * az;
        return isBeyond(k - d, k0Square) ? d : Smooth.max(d, -distance(ax, ay, az, k0Square), k);
    }

    /** Whether the distance at a point is surely at least s; false says nothing. */
    boolean isBeyond(double s, double x, double y, double z) {
        double ax = (x - cx) * ix;
        double ay = (y - cy) * iy;
        double az = (z - cz) * iz;
        return isBeyond(s, ax * ax + ay * ay + az * az);
    }

    /** Whether the distance at a point is surely at most -s; false says nothing. */
    boolean isWithin(double s, double x, double y, double z) {
        double ax = (x - cx) * ix;
        double ay = (y - cy) * iy;
        double az = (z - cz) * iz;
        double limit = 1 - s * inverseLeast;
        return s > 0 && limit > 0 && ax * ax + ay * ay + az * az <= limit * limit;
    }

    private boolean isBeyond(double s, double k0Square) {
        double limit = s > 0 ? 1 + s * inverseLeast : 1;
        return k0Square >= limit * limit;
    }
}

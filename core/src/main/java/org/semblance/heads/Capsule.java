package org.semblance.heads;

/** A capsule from a to b whose radius runs linearly from ra to rb, as a distance field. */
final class Capsule {
    private final double ax;
    private final double ay;
    private final double az;
    private final double ux;
    private final double uy;
    private final double uz;
    private final double inverseSquare;
    private final double ra;
    private final double slope;
    /** Radius of a ball about the middle that holds the capsule. */
    final double reach;

    Capsule(double[] a, double[] b, double ra, double rb) {
        ax = a[0];
        ay = a[1];
        az = a[2];
        ux = b[0] - ax;
        uy = b[1] - ay;
        uz = b[2] - az;
        double square = ux * ux + uy * uy + uz * uz;
        inverseSquare = 1 / square;
        this.ra = ra;
        slope = rb - ra;
        reach = 0.5 * Math.sqrt(square) + Math.max(ra, rb);
    }

    double middleY() {
        return ay + 0.5 * uy;
    }

    double middleZ() {
        return az + 0.5 * uz;
    }

    double distance(double x, double y, double z) {
        double px = x - ax;
        double py = y - ay;
        double pz = z - az;
        double h = Smooth.clamp01((px * ux + py * uy + pz * uz) * inverseSquare);
        double qx = px - ux * h;
        double qy = py - uy * h;
        double qz = pz - uz * h;
        return Math.sqrt(qx * qx + qy * qy + qz * qz + 1e-12) - (ra + slope * h);
    }

    /** smin(d, this, k) at a point; without a root where the joint cannot be reached. */
    double join(double d, double x, double y, double z, double k) {
        return isBeyond(d + k, x, y, z) ? d : Smooth.min(d, distance(x, y, z), k);
    }

    /** Whether the distance at a point is surely at least s, from a sphere about the middle; false says nothing. */
    boolean isBeyond(double s, double x, double y, double z) {
        double px = x - ax - 0.5 * ux;
        double py = y - ay - 0.5 * uy;
        double pz = z - az - 0.5 * uz;
        double limit = reach + s;
        return limit <= 0 || px * px + py * py + pz * pz >= limit * limit;
    }
}

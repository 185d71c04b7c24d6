package org.semblance.heads;

/**
 * Distance field of the spectacles in head space: two rims, a bridge and the arms ({@code docs/heads.md}, section 4).
 */
final class Glasses {
    /** The distance where there are none. */
    static final double NONE = 9;

    private static final int SQUARE = 2;

    private final int kind;
    private final double eyeGap;
    private final Capsule bridge;
    private final Capsule arm;

    Glasses(HeadShape s) {
        double y = HeadShape.EYE_Y;
        kind = s.glasses;
        eyeGap = s.eyeGap;
        bridge = new Capsule(new double[] {0, y + 0.05, 0.96}, new double[] {0.10, y + 0.03, 0.93}, 0.022, 0.022);
        arm = new Capsule(
                new double[] {s.eyeGap + 0.24, y + 0.03, 0.87},
                new double[] {0.84 * s.faceW, y + 0.05, -0.10},
                0.020,
                0.020);
    }

    double distance(double x, double y, double z) {
        if (kind == 0) {
            return NONE;
        }
        double ax = Math.abs(x);
        double px = ax - eyeGap - 0.01;
        double py = y - HeadShape.EYE_Y + 0.015;
        double rim = kind == SQUARE ? box(Math.abs(px) - 0.145, Math.abs(py) - 0.075) : length(px, py) - 0.235;
        double d = length(rim, z - 0.93 + 0.10 * ax) - 0.024;
        return Math.min(d, Math.min(bridge.distance(ax, y, z), arm.distance(ax, y, z)));
    }

    private static double box(double bx, double by) {
        return length(Math.max(bx, 0), Math.max(by, 0)) + Math.min(Math.max(bx, by), 0) - 0.095;
    }

    private static double length(double a, double b) {
        return Math.sqrt(a * a + b * b + 1e-12);
    }
}

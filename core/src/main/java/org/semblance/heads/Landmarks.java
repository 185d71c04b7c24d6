package org.semblance.heads;

/**
 * The 68 landmarks of a head in iBUG order: jaw 0-16, brows 17-26, nose 27-35, eyes 36-47, mouth 48-67. Each is the
 * point where a ray in head space meets the bare head skin, projected like any point ({@code docs/heads.md}, section
 * 7). Hidden points are kept.
 */
final class Landmarks {
    static final int COUNT = 68;

    private static final int STEPS = 32;
    private static final int JAW = 17;
    private static final double[][] EYE = {{1, 0}, {0.35, 1}, {-0.35, 1}, {-1, 0}, {-0.35, -1}, {0.35, -1}};
    private static final double[] OUTER = {-0.62, -0.28, 0, 0.28, 0.62};
    private static final double[] INNER = {-0.35, 0, 0.35};

    private final HeadShape s;
    private final Pose pose;
    private final HeadSkin skin;
    private final FaceCurves curves;
    private final float[] out = new float[2 * COUNT];
    private int count;

    private Landmarks(HeadFactors factors) {
        s = new HeadShape(factors);
        pose = new Pose(factors);
        skin = new HeadSkin(s, new Beard(s));
        curves = new FaceCurves(factors, s);
    }

    /** [68, 2]: fractions of the picture, x to the right and y down, mostly within [0, 1]. */
    static float[] of(HeadFactors factors) {
        Landmarks landmarks = new Landmarks(factors);
        landmarks.jaw();
        landmarks.brows();
        landmarks.nose();
        landmarks.eyes();
        landmarks.mouth();
        return landmarks.out;
    }

    private void jaw() {
        for (int k = 0; k < JAW; k++) {
            double angle = -Math.PI / 2 + Math.PI * k / (JAW - 1);
            double sine = Math.sin(angle);
            double cosine = Math.max(Math.cos(angle), 0);
            double y = -0.10 - 0.62 * Math.pow(cosine, 0.8) * s.faceH - 0.7 * s.jawDrop * cosine;
            double dy = -0.95 * Math.pow(cosine, 1.5);
            double dz = 0.25 * cosine;
            double scale = 1 / Math.sqrt(sine * sine + dy * dy + dz * dz);
            double[] way = {-sine * scale, -dy * scale, -dz * scale};
            march(new double[] {-1.6 * way[0], y - 1.6 * way[1], -0.10 + 0.42 * cosine - 1.6 * way[2]}, way);
        }
    }

    private void brows() {
        for (double u = 1; u >= -1; u -= 0.5) {
            front(-(s.eyeGap + 0.015 + FaceCurves.BROW_W * u), curves.brow(u));
        }
        for (double u = -1; u <= 1; u += 0.5) {
            front(s.eyeGap + 0.015 + FaceCurves.BROW_W * u, curves.brow(u));
        }
    }

    private void nose() {
        double root = HeadShape.EYE_Y + 0.02;
        for (int k = 0; k < 4; k++) {
            front(0, root + (s.noseY - root) * k / 3);
        }
        for (int k = -2; k <= 2; k++) {
            front(0.055 * s.noseW * k, s.noseY - 0.075 + 0.010 * Math.abs(k));
        }
    }

    private void eyes() {
        for (double[] point : EYE) {
            eye(-1, point[0], point[1]);
        }
        for (double[] point : EYE) {
            eye(1, -point[0], point[1]);
        }
    }

    private void eye(int side, double u, double lid) {
        double height = lid > 0 ? curves.upperLid(u) : lid < 0 ? curves.lowerLid(u) : 0;
        front(side * (s.eyeGap + curves.eyeHalfWidth * u), HeadShape.EYE_Y + curves.tilt * u + height);
    }

    private void mouth() {
        lip(-1, curves.mouth(-1));
        for (double u : OUTER) {
            lip(u, curves.outerUpperLip(u));
        }
        lip(1, curves.mouth(1));
        for (double u : OUTER) {
            lip(-u, curves.outerLowerLip(-u));
        }
        lip(-0.85, curves.mouth(-0.85));
        for (double u : INNER) {
            lip(u, curves.innerUpperLip(u));
        }
        lip(0.85, curves.mouth(0.85));
        for (double u : INNER) {
            lip(-u, curves.innerLowerLip(-u));
        }
    }

    private void lip(double u, double y) {
        front(s.mouthW * u, y);
    }

    private void front(double x, double y) {
        march(new double[] {x, y, 1.5}, new double[] {0, 0, -1});
    }

    private void march(double[] from, double[] way) {
        double t = 0;
        for (int i = 0; i < STEPS; i++) {
            t += 0.9 * skin.distance(from[0] + way[0] * t, from[1] + way[1] * t, from[2] + way[2] * t);
        }
        double[] world = pose.toWorld(from[0] + way[0] * t, from[1] + way[1] * t, from[2] + way[2] * t);
        out[2 * count] = (float) pose.fractionX(world);
        out[2 * count + 1] = (float) pose.fractionY(world);
        count++;
    }
}

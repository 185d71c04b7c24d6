package org.semblance.heads;

/**
 * Distance field of the bare head in head space: x to image right, y up, z to the viewer, without the neck
 * ({@code docs/heads.md}, section 4). Every line joins one more part, in that order, with its own joint width.
 */
final class HeadSkin {
    private static final double EYE_Y = HeadShape.EYE_Y;

    /** Least radius and joint of the ears: as far inwards they are felt at skin distance 0. */
    private static final double EAR_REACH = 0.062 + 0.05;

    private final HeadShape s;
    private final Beard beard;
    private final Ellipsoid cranium;
    private final Ellipsoid jaw;
    private final Ellipsoid chin;
    private final Ellipsoid cheek;
    private final Ellipsoid browRidge;
    private final Ellipsoid muzzle;
    private final Ellipsoid socket;
    private final Ellipsoid lid;
    private final Capsule noseBridge;
    private final Ellipsoid noseTip;
    private final Ellipsoid noseWing;
    private final Ellipsoid upperLip;
    private final Ellipsoid lowerLip;
    private final Ellipsoid ear;
    private final Ellipsoid earShell;
    private final Reach eyes;
    private final Reach nose;
    private final Reach mouth;

    HeadSkin(HeadShape shape, Beard beard) {
        s = shape;
        this.beard = beard;
        double w = s.faceW;
        double h = s.faceH;
        cranium = Ellipsoid.of(0.80 * w, 0.88 * h, 0.94).at(0, 0.24, -0.14);
        jaw = Ellipsoid.of(0.62 * w * s.jawW, 0.67 * h + 0.4 * s.jawDrop, 0.68)
                .at(0, -0.37 * h - 0.5 * s.jawDrop, 0.08);
        chin = Ellipsoid.of(1.25 * s.chinW, s.chinW, s.chinW).at(0, -0.875 * h - s.chinL - s.jawDrop, 0.43);
        cheek = Ellipsoid.of(s.cheek, s.cheek, s.cheek).at(0.37 * w, -0.25 + 0.04 * s.smile, 0.45);
        browRidge = Ellipsoid.of(0.30, 0.09, 0.17).at(0.27, 0.20, 0.60);
        muzzle = Ellipsoid.of(0.33, 0.25 + 0.06 * s.open, 0.29).at(0, s.mouthY - 0.10 * s.open, 0.54);
        socket = Ellipsoid.of(0.22, 0.13, 0.17).at(s.eyeGap, EYE_Y, 0.90);
        lid = Ellipsoid.of(0.195, 0.195 * 0.95, 0.195).at(s.eyeGap, EYE_Y, 0.50);
        noseBridge = new Capsule(
                new double[] {0, EYE_Y + 0.02, 0.72},
                new double[] {0, s.noseY + 0.06, 0.90 + s.noseP},
                0.060,
                0.062 + 0.022 * s.noseW);
        noseTip = Ellipsoid.of(0.088 * s.noseW + 0.022, 0.085, 0.095).at(0, s.noseY, 0.92 + s.noseP);
        noseWing = Ellipsoid.of(0.062, 0.058, 0.075).at(0.100 * s.noseW, s.noseY - 0.030, 0.82 + 0.5 * s.noseP);
        upperLip = Ellipsoid.of(0.92 * s.mouthW, 0.85 * s.lip, 0.095).at(0, 0.035 * s.open + 0.40 * s.lip, 0);
        lowerLip =
                Ellipsoid.of(0.80 * s.mouthW, 0.95 * s.lip, 0.10).at(0, -0.20 * s.open - 0.50 * s.lip, -0.03 * s.open);
        ear = Ellipsoid.of(0.062, 0.235 * s.ear, 0.15 * s.ear).at(0, -0.06, -0.14);
        earShell = Ellipsoid.of(0.05, 0.14 * s.ear, 0.085 * s.ear).at(0.075, -0.05, -0.08);
        eyes = new Reach().with(socket, 0.14).with(lid, 0.06);
        nose = new Reach().with(noseBridgeBall(), 0.10).with(noseTip, 0.05).with(noseWing, 0.05);
        mouth = lipReach();
    }

    /* The bent lips lie about (mouthY + 0.085 smile b, 0.755 - 0.03 b) for b in [0, 1.3]. */
    private Reach lipReach() {
        Reach reach = new Reach();
        for (double bend : new double[] {0, 1.3}) {
            double dy = s.mouthY + 0.085 * s.smile * bend;
            double dz = 0.755 - 0.03 * bend;
            reach.with(upperLip, dy, dz, 0.05).with(lowerLip, dy, dz, 0.05);
        }
        return reach;
    }

    private Ellipsoid noseBridgeBall() {
        double r = noseBridge.reach;
        return Ellipsoid.of(r, r, r).at(0, noseBridge.middleY(), noseBridge.middleZ());
    }

    double distance(double x, double y, double z) {
        double ax = Math.abs(x);
        double d = skull(ax, y, z);
        d = eyes.excludes(d, ax, y, z) ? d : eyes(d, ax, y, z);
        d = nose.excludes(d, ax, y, z) ? d : nose(d, ax, y, z);
        d = mouth.excludes(d, ax, y, z) ? d : lips(d, ax, y, z);
        d = ears(d, ax, y, z);
        return s.beard.depth() == 0 ? d : d - s.beard.depth() * beard.weight(x, y, z);
    }

    /**
     * A lower bound of the distance where it is positive, changing by at most 1 per unit of length: the same parts
     * without the carvings. The bent lips and the slanted ears are stretched space, hence their factors.
     */
    double lower(double x, double y, double z) {
        double ax = Math.abs(x);
        double d = Smooth.min(cranium.lower(x, y, z), jaw.lower(x, y, z), 0.28);
        d = Smooth.min(d, chin.lower(x, y, z), 0.24);
        d = Smooth.min(d, cheek.lower(ax, y, z), 0.20);
        d = Smooth.min(d, browRidge.lower(ax, y, z), 0.14);
        d = Smooth.min(d, muzzle.lower(x, y, z), 0.20);
        d = Smooth.min(d, lid.lower(ax, y, z), 0.06);
        d = Smooth.min(d, noseBridge.distance(x, y, z), 0.10);
        d = Smooth.min(d, noseTip.lower(x, y, z), 0.05);
        d = Smooth.min(d, noseWing.lower(ax, y, z), 0.05);
        double bend = Math.min(Smooth.square(x / s.mouthW), 1.3);
        double yc = y - s.mouthY - 0.085 * s.smile * bend;
        double zc = z - 0.755 + 0.03 * bend;
        d = Smooth.min(d, 0.6 * upperLip.lower(x, yc, zc), 0.05);
        d = Smooth.min(d, 0.6 * lowerLip.lower(x, yc, zc), 0.05);
        double xe = ax - 0.80 * s.faceW - 0.03;
        d = Smooth.min(d, 0.85 * ear.lower(xe + 0.25 * (z + 0.10), y, z), 0.05);
        return d - s.beard.depth();
    }

    private double skull(double ax, double y, double z) {
        double d = jaw.join(cranium.distance(ax, y, z), ax, y, z, 0.28);
        d = chin.join(d, ax, y, z, 0.24);
        d = cheek.join(d, ax, y, z, 0.20);
        d = browRidge.join(d, ax, y, z, 0.14);
        return muzzle.join(d, ax, y, z, 0.20);
    }

    private double eyes(double skull, double ax, double y, double z) {
        return lid.join(socket.carve(skull, ax, y, z, 0.14), ax, y, z, 0.06);
    }

    private double nose(double skin, double ax, double y, double z) {
        double d = noseBridge.join(skin, ax, y, z, 0.10);
        d = noseTip.join(d, ax, y, z, 0.05);
        return noseWing.join(d, ax, y, z, 0.05);
    }

    private double lips(double skin, double x, double y, double z) {
        double bend = Math.min(Smooth.square(x / s.mouthW), 1.3);
        double yc = y - s.mouthY - 0.085 * s.smile * bend;
        double zc = z - 0.755 + 0.03 * bend;
        double d = upperLip.join(skin, x, yc, zc, 0.05);
        return lowerLip.join(d, x, yc, zc, 0.05);
    }

    private double ears(double skin, double ax, double y, double z) {
        double xe = ax - 0.80 * s.faceW - 0.03;
        double slanted = xe + 0.25 * (z + 0.10);
        if (Math.max(xe, slanted) <= -EAR_REACH - Math.abs(skin)) {
            return skin;
        }
        double d = ear.join(skin, slanted, y, z, 0.05);
        return earShell.carve(d, xe, y, z, 0.05);
    }
}

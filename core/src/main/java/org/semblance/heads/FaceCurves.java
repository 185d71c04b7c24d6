package org.semblance.heads;

import static org.semblance.heads.Smooth.square;

/** The drawn lines of the face in head space: brows, lids and lips. Shared by the decals and the landmarks. */
final class FaceCurves {
    /** Half width of a brow. */
    static final double BROW_W = 0.210;

    final double eyeHalfWidth;
    final double tilt;

    private final HeadShape s;
    private final double browBase;
    private final double browArch;
    private final double browTilt;
    private final double upper;
    private final double lower;

    FaceCurves(HeadFactors f, HeadShape shape) {
        s = shape;
        eyeHalfWidth = 0.190 * s.eyeSize;
        tilt = 0.6 * f.value("eye_tilt");
        browBase = HeadShape.EYE_Y + 0.205 + 0.055 * f.value("brow_raise");
        browArch = f.value("brow_arch");
        browTilt = f.value("brow_tilt");
        double open = f.value("eye_open");
        upper = 0.126 * s.eyeSize * open;
        lower = -0.066 * s.eyeSize * (0.35 + 0.65 * Math.min(open, 1));
    }

    /** Height of the brow at u, -1 at the nose to 1 at the temple. */
    double brow(double u) {
        return browBase + browArch * (1 - u * u) + browTilt * u;
    }

    /** Height of the upper lid above the eye axis, at u in [-1, 1]. */
    double upperLid(double u) {
        return upper * bow(u);
    }

    /** Height of the lower lid (negative) against the eye axis, at u in [-1, 1]. */
    double lowerLid(double u) {
        return lower * bow(u);
    }

    /** Height of the line between the lips at u in [-1, 1]. */
    double mouth(double u) {
        return s.mouthY + 0.085 * s.smile * u * u;
    }

    double innerUpperLip(double u) {
        return mouth(u) + 0.035 * s.open * bow(u);
    }

    double innerLowerLip(double u) {
        return mouth(u) - 0.20 * s.open * bow(u);
    }

    double outerUpperLip(double u) {
        double cupid = 1 - 0.24 * Math.exp(-square(u / 0.17));
        return innerUpperLip(u) + s.lip * Math.pow(bow(u) + 1e-9, 0.75) * cupid;
    }

    double outerLowerLip(double u) {
        return innerLowerLip(u) - 1.15 * s.lip * Math.pow(bow(u) + 1e-9, 0.8);
    }

    private static double bow(double u) {
        return Math.max(1 - u * u, 0);
    }
}

package org.semblance.heads;

import static org.semblance.heads.Smooth.clamp;
import static org.semblance.heads.Smooth.fade;
import static org.semblance.heads.Smooth.mix;
import static org.semblance.heads.Smooth.square;
import static org.semblance.heads.Smooth.step;

/** Paints the eyes with iris, pupil, catch light, lashes and creases ({@code docs/heads.md}, section 5). */
final class EyePaint {
    private static final double[] SCLERA = Palette.linear(HeadTables.INSTANCE.colour("sclera"));
    private static final double[] PUPIL = {0.006, 0.005, 0.005};
    private static final double[] LASH = {0.018, 0.011, 0.010};
    /* No lid, lash or crease lies outside these heights against the eye axis, for any factors in range. */
    private static final double LOWEST = -0.10;
    private static final double HIGHEST = 0.22;

    private final HeadShape s;
    private final FaceCurves curves;
    private final double[] iris;
    private final double gazeX;
    private final double gazeY;
    private final double irisRadius;
    private final double catchX;
    private final double catchY;

    EyePaint(HeadFactors f, HeadShape shape, FaceCurves curves, double[] iris, double[] headLight) {
        s = shape;
        this.curves = curves;
        this.iris = iris;
        gazeX = 0.062 * f.value("gaze_x");
        gazeY = 0.012 + 0.030 * f.value("gaze_y");
        irisRadius = 0.088 * (0.6 + 0.4 * s.eyeSize);
        catchX = 0.034 * headLight[0];
        catchY = 0.026 + 0.012 * headLight[1];
    }

    void paint(Surface at, double ax, double front) {
        double u = (ax - s.eyeGap) / curves.eyeHalfWidth;
        double v = at.hy - HeadShape.EYE_Y - curves.tilt * u;
        if (Math.abs(u) >= 1.16 || v < LOWEST || v > HIGHEST) {
            return;
        }
        double uc = clamp(u, -1, 1);
        double over = curves.upperLid(uc) - v;
        double under = v - curves.lowerLid(uc);
        double inside = step(1.03, 0.95, Math.abs(u)) * front;
        at.eye = step(-0.010, 0.010, Math.min(over, under)) * inside;
        if (at.eye > 0) {
            ball(at, ax - s.eyeGap - Math.signum(at.hx) * gazeX - 0.004, v - gazeY, over);
        }
        lashes(at, Math.abs(u), over, under, inside, front);
        double fold = Math.abs(v - 0.126 * s.eyeSize * (1 - uc * uc) - 0.040);
        darken(at.albedo, 0.25 * step(0.020, 0.004, fold) * step(1, 0.8, Math.abs(u)) * front);
    }

    private void ball(Surface at, double gx, double gy, double over) {
        double shade = 0.58 + 0.42 * step(0, 0.07, over);
        double r = Math.sqrt(gx * gx + gy * gy + 1e-12) / irisRadius;
        double rim = (1 - 0.55 * step(0.72, 1, r)) * (0.85 + 0.5 * step(0.05, -0.06, gy)) * shade;
        double inIris = step(1.06, 0.94, r);
        double inPupil = step(0.50, 0.40, r);
        for (int c = 0; c < 3; c++) {
            double colour = mix(mix(SCLERA[c] * shade, iris[c] * rim, inIris), PUPIL[c], inPupil);
            at.albedo[c] = mix(at.albedo[c], colour, at.eye);
        }
        double cx = gx * Math.signum(at.hx) - catchX;
        at.catchLight = at.eye * fade((square(cx) + square(gy - catchY)) / square(0.021));
    }

    private static void lashes(Surface at, double u, double over, double under, double inside, double front) {
        double lash = 0.88 * step(0.026, 0.010, Math.abs(-over - 0.006)) * step(1.16, 1, u) * front;
        for (int c = 0; c < 3; c++) {
            at.albedo[c] = mix(at.albedo[c], LASH[c], lash);
        }
        darken(at.albedo, 0.38 * step(0.016, 0.004, Math.abs(under)) * inside);
    }

    private static void darken(double[] c, double amount) {
        for (int i = 0; i < 3; i++) {
            c[i] *= 1 - amount;
        }
    }
}

package org.semblance.heads;

import static org.semblance.heads.Smooth.clamp;
import static org.semblance.heads.Smooth.clamp01;
import static org.semblance.heads.Smooth.fade;
import static org.semblance.heads.Smooth.mix;
import static org.semblance.heads.Smooth.square;
import static org.semblance.heads.Smooth.step;

/**
 * Paints the skin: blush, lids, nostrils, beard, mouth, eyes and brows, in this order, over the skin colour
 * ({@code docs/heads.md}, section 5). Decals that cannot reach a point are skipped; those that can are exact.
 */
final class SkinPaint {
    private static final double[] MOUTH_INSIDE = Palette.linear(HeadTables.INSTANCE.colour("mouth_in"));
    private static final double[] TEETH = Palette.linear(HeadTables.INSTANCE.colour("teeth"));
    private static final double[] LIP_MULTIPLIER = HeadTables.INSTANCE.colour("lip_mul");

    private final HeadShape s;
    private final FaceCurves curves;
    private final Beard beard;
    private final EyePaint eyes;
    private final double[] skin;
    private final double[] lips;
    private final double[] hair;
    private final double browThickness;

    SkinPaint(HeadFactors f, HeadShape shape, HeadScene scene, HeadLight light) {
        s = shape;
        curves = new FaceCurves(f, shape);
        beard = scene.beard;
        skin = light.skin;
        hair = light.hair;
        lips = Palette.scaled(skin, LIP_MULTIPLIER[0], LIP_MULTIPLIER[1], LIP_MULTIPLIER[2]);
        browThickness = f.value("brow_th");
        eyes = new EyePaint(f, shape, curves, light.iris, scene.pose.directionToHead(light.direction));
    }

    /** Fills albedo and decal weights at the head point. */
    void paint(Surface at) {
        System.arraycopy(skin, 0, at.albedo, 0, 3);
        at.lip = 0;
        at.hole = 0;
        at.eye = 0;
        at.catchLight = 0;
        double ax = Math.abs(at.hx);
        double front = step(0.15, 0.40, at.hz);
        blush(at, ax);
        lidShade(at, ax, front);
        nostrils(at, ax, front);
        beard(at);
        if (front > 0) {
            mouth(at, ax, front);
            eyes.paint(at, ax, front);
            brows(at, ax, front);
        }
    }

    private static void multiply(double[] c, double r, double g, double b) {
        c[0] *= r;
        c[1] *= g;
        c[2] *= b;
    }

    private static void darken(double[] c, double amount) {
        multiply(c, 1 - amount, 1 - amount, 1 - amount);
    }

    private void blush(Surface at, double ax) {
        double cheeks = 0.9 * fade(square((ax - 0.42) / 0.17) + square((at.hy + 0.27) / 0.13));
        double nose = 0.55 * fade(square(ax / 0.13) + square((at.hy - s.noseY) / 0.10));
        double ears = 0.6 * step(0.78, 0.86, ax / s.faceW);
        double b = 0.30 * Math.max(Math.max(cheeks, nose), ears);
        multiply(at.albedo, 1 - 0.04 * b, 1 - 0.62 * b, 1 - 0.55 * b);
    }

    private void lidShade(Surface at, double ax, double front) {
        double g = square((ax - s.eyeGap) / 0.19) + square((at.hy - HeadShape.EYE_Y - 0.03) / 0.11);
        double shade = 0.30 * front * fade(g);
        multiply(at.albedo, 1 - 0.55 * shade, 1 - 0.75 * shade, 1 - 0.70 * shade);
    }

    private void nostrils(Surface at, double ax, double front) {
        double g = square((ax - 0.058 * s.noseW) / 0.034) + square((at.hy - s.noseY + 0.072) / 0.024);
        darken(at.albedo, 0.80 * front * fade(g));
    }

    private void beard(Surface at) {
        at.beard = s.beard.alpha() == 0 ? 0 : beard.weight(at.hx, at.hy, at.hz) * s.beard.alpha();
        if (at.beard == 0) {
            return;
        }
        double grain = Smooth.sine(70 * at.hx + 3 * Smooth.sine(31 * at.hy)) * Smooth.sine(44 * at.hy);
        for (int c = 0; c < 3; c++) {
            at.albedo[c] = mix(at.albedo[c], 0.72 * hair[c] * (0.86 + 0.14 * grain), at.beard);
        }
    }

    private void mouth(Surface at, double ax, double front) {
        double inside = step(1.02, 0.96, ax / s.mouthW) * front;
        double u = clamp(at.hx / s.mouthW, -1, 1);
        if (inside == 0
                || at.hy > curves.innerUpperLip(u) + s.lip + 0.03
                || at.hy < curves.innerLowerLip(u) - 1.15 * s.lip - 0.03) {
            return;
        }
        double edge = Math.min(curves.outerUpperLip(u) - at.hy, at.hy - curves.outerLowerLip(u));
        double lip = step(-0.012, 0.012, edge) * inside;
        double upper = curves.innerUpperLip(u) - at.hy;
        double lower = at.hy - curves.innerLowerLip(u);
        at.hole = step(-0.004, 0.012, Math.min(upper, lower)) * inside;
        at.lip = lip * (1 - at.hole);
        double depth = 0.55 + 0.45 * step(0, 0.10, lower);
        double tooth = at.hole * step(0.085, 0.068, upper) * step(0.92, 0.78, Math.abs(u));
        double seam = step(0.020, 0.006, Math.abs(at.hy - curves.mouth(u))) * inside * step(0.10, 0, s.open);
        for (int c = 0; c < 3; c++) {
            double colour = mix(at.albedo[c], lips[c], 0.92 * lip);
            colour = mix(colour, MOUTH_INSIDE[c] * depth, at.hole);
            colour = mix(colour, 0.92 * TEETH[c], tooth);
            at.albedo[c] = colour * (1 - 0.62 * seam);
        }
    }

    private void brows(Surface at, double ax, double front) {
        double u = (ax - s.eyeGap - 0.015) / FaceCurves.BROW_W;
        if (Math.abs(u) >= 1.08) {
            return;
        }
        double thickness = browThickness * (1 - 0.40 * square(clamp01(u))) * step(-1.25, -0.75, u);
        double off = Math.abs(at.hy - curves.brow(clamp(u, -1, 1)));
        double weight = 0.90 * step(-0.012, 0.012, thickness - off) * step(1.08, 0.92, Math.abs(u)) * front;
        for (int c = 0; c < 3; c++) {
            at.albedo[c] = mix(at.albedo[c], 0.50 * hair[c] + 0.004, weight);
        }
    }
}

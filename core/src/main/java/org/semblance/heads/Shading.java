package org.semblance.heads;

import static org.semblance.heads.Smooth.clamp01;
import static org.semblance.heads.Smooth.mix;
import static org.semblance.heads.Smooth.power;
import static org.semblance.heads.Smooth.square;
import static org.semblance.heads.Smooth.step;

/**
 * Light to colour at a surface point: skin, hair, shirt and glasses are shaded apart and mixed by their distances
 * ({@code docs/heads.md}, section 6). A part whose weight is 0 is not shaded.
 */
final class Shading {
    private static final double[] FRAME = Palette.linear(HeadTables.INSTANCE.colour("glasses"));
    private static final double[] SCATTER = {0.085, 0.018, 0.010};

    private final HeadLight light;
    private final SkinPaint paint;
    private final double strandRate;
    private final double opacity;
    private final double[] backLight = new double[3];

    Shading(HeadLight light, SkinPaint paint, HeadShape shape) {
        this.light = light;
        this.paint = paint;
        strandRate = shape.hair.strandRate();
        opacity = shape.hair.opacity();
        for (int c = 0; c < 3; c++) {
            backLight[c] = 0.25 + 0.75 * light.above[c];
        }
    }

    /** The scalars of the light at one point, the same for all channels. */
    private record Terms(double diffuse, double hemisphere, double rim, double terminator, double ndh, double lit) {}

    /** Fills the colour of the surface from its point, normal, occlusion and part distances. */
    void shade(Surface at) {
        Terms t = terms(at);
        double hair = opacity * clamp01(0.5 + (Math.min(at.skin, at.shirt) - at.hair) / 0.036);
        double shirt = clamp01(0.5 + (Math.min(at.skin, at.hair) - at.shirt) / 0.016);
        double others = Math.min(Math.min(at.skin, at.hair), at.shirt);
        double glasses = clamp01(0.5 + (others - at.glasses) / 0.012);
        if (hair < 1 && shirt < 1) {
            skin(at, t);
        }
        if (hair > 0 && shirt < 1) {
            hair(at, t, hair);
        }
        if (shirt > 0) {
            shirt(at, t, shirt);
        }
        if (glasses > 0) {
            glasses(at, t, glasses);
        }
    }

    private Terms terms(Surface at) {
        double[] l = light.direction;
        double ndl = at.nx * l[0] + at.ny * l[1] + at.nz * l[2];
        double mx = l[0] - at.dx;
        double my = l[1] - at.dy;
        double mz = l[2] - at.dz;
        double half = at.nx * mx + at.ny * my + at.nz * mz;
        double ndh = Math.max(half / Math.sqrt(mx * mx + my * my + mz * mz + 1e-9), 0);
        double ndv = clamp01(-(at.nx * at.dx + at.ny * at.dy + at.nz * at.dz));
        double lit = 0.12 + 0.88 * at.lit;
        return new Terms(
                clamp01((ndl + 0.28) / 1.28) * lit,
                (0.62 + 0.38 * at.ny) * at.open,
                power(1 - ndv, 3) * (0.45 + 0.55 * Math.max(at.ny, 0)) * at.open,
                Math.exp(-square((ndl - 0.02) / 0.24)) * (0.35 + 0.65 * lit),
                ndh,
                lit);
    }

    private double base(Terms t, int c) {
        return light.light[c] * t.diffuse * 1.05 + light.ambient[c] * t.hemisphere;
    }

    private void skin(Surface at, Terms t) {
        paint.paint(at);
        double on = (1 - at.eye) * (1 - at.hole) * (1 - at.beard);
        double gloss = (0.11 * on * power(t.ndh, 22) + 0.22 * at.lip * power(t.ndh, 34)) * t.lit;
        for (int c = 0; c < 3; c++) {
            double albedo = at.albedo[c];
            double scatter = SCATTER[c] * t.terminator * on * (0.35 + 0.65 * albedo);
            at.colour[c] = albedo * base(t, c)
                    + (scatter + gloss) * light.light[c]
                    + 0.85 * at.catchLight
                    + 0.20 * t.rim * backLight[c] * on;
        }
    }

    private void hair(Surface at, Terms t, double weight) {
        double a = at.hx + 0.35 * Smooth.sine(2.3 * at.hy + 1.1 * at.hz);
        double strand = 0.6 * Smooth.sine(strandRate * a + 2 * Smooth.sine(3.1 * at.hy + 0.7))
                + 0.4 * Smooth.sine(2.3 * strandRate * a + 1.7 * at.hz + 0.5);
        double gloss = (0.12 * power(t.ndh, 10) + 0.10 * power(t.ndh, 40)) * t.lit * (0.7 + 0.5 * strand);
        for (int c = 0; c < 3; c++) {
            double albedo = light.hair[c];
            double colour = albedo * (0.84 + 0.22 * strand) * base(t, c) * 0.95
                    + gloss * light.light[c] * (0.25 + 0.75 * albedo)
                    + 0.16 * t.rim * backLight[c];
            at.colour[c] = weight == 1 ? colour : mix(at.colour[c], colour, weight);
        }
    }

    private void shirt(Surface at, Terms t, double weight) {
        double collar = 1 - 0.30 * step(0.07, 0.02, Math.abs(at.skin - 0.03));
        for (int c = 0; c < 3; c++) {
            double colour = light.shirt[c] * collar * base(t, c) + 0.10 * t.rim * light.above[c];
            at.colour[c] = weight == 1 ? colour : mix(at.colour[c], colour, weight);
        }
    }

    private void glasses(Surface at, Terms t, double weight) {
        double gloss = 0.6 * power(t.ndh, 30);
        for (int c = 0; c < 3; c++) {
            double colour = FRAME[c] * base(t, c) + gloss * light.light[c];
            at.colour[c] = mix(at.colour[c], colour, weight);
        }
    }
}

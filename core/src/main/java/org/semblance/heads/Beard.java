package org.semblance.heads;

import static org.semblance.heads.Smooth.square;
import static org.semblance.heads.Smooth.step;

/** Where the beard grows: a weight in [0, 1] over head space ({@code docs/heads.md}, section 4). */
final class Beard {
    private final HeadShape s;
    private final HeadShape.BeardRow row;
    private final boolean absent;

    Beard(HeadShape shape) {
        s = shape;
        row = shape.beard;
        absent = row.full() + row.goatee() + row.moustache() == 0;
    }

    double weight(double x, double y, double z) {
        if (absent || z <= -0.12) {
            return 0;
        }
        double ax = Math.abs(x);
        double grown = Math.max(Math.max(full(ax, y), goatee(ax, y)), moustache(ax, y));
        return grown == 0 ? 0 : grown * (1 - lips(x, y)) * step(-0.12, 0.06, z);
    }

    private double full(double ax, double y) {
        return row.full() == 0 ? 0 : row.full() * step(-0.03, 0.06, -0.50 + 0.62 * ax * ax - y);
    }

    private double goatee(double ax, double y) {
        return row.goatee() == 0
                ? 0
                : row.goatee() * step(0.03, -0.03, ax - 0.20) * step(-0.02, 0.05, s.mouthY - 0.02 - y);
    }

    private double moustache(double ax, double y) {
        double line = s.mouthY + 0.035 * s.open + s.lip + 0.045 - 0.45 * ax * ax;
        return row.moustache() * step(0.062, 0.030, Math.abs(y - line)) * step(0.06, -0.02, ax - s.mouthW);
    }

    private double lips(double x, double y) {
        double u = x / (1.12 * s.mouthW);
        double v = (y - s.mouthY + 0.09 * s.open) / (1.25 * s.lip + 0.115 * s.open + 0.02);
        return step(1.25, 0.85, square(u) + square(v));
    }
}

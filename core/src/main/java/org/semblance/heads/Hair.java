package org.semblance.heads;

/**
 * Distance field of the hair in head space: a cap over the cranium with an optional tuft and curtain, cut open by a
 * window for the face and along the nape, then roughened ({@code docs/heads.md}, section 4).
 */
final class Hair {
    private final HeadShape.HairRow row;
    private final Ellipsoid cap;
    private final Ellipsoid tuft;
    private final Ellipsoid curtain;
    private final Ellipsoid curtainGap;
    private final Ellipsoid window;

    Hair(HeadShape s) {
        row = s.hair;
        double w = s.faceW;
        cap = Ellipsoid.of(0.80 * w + row.sides(), 0.88 * s.faceH + row.top(), 0.92 + row.back())
                .at(0, 0.26, -0.16);
        double r = row.tuftR() + 0.001;
        tuft = Ellipsoid.of(1.30 * r, 0.72 * r, r).at(-0.35 * row.windowX(), row.tuftY() * s.faceH, row.tuftZ());
        double half = 0.5 * row.curtainLength();
        curtain = Ellipsoid.of(row.curtainW() * w, 0.75 + half, 0.64).at(0, 0.15 - half, -0.24);
        curtainGap = Ellipsoid.of(0.44 * w, 1.05, 0.66).at(0, -1.15, 0.52);
        window = Ellipsoid.of(row.windowW() * w, row.windowH() * (0.5 + 0.5 * s.faceH), 0.82)
                .at(row.windowX(), row.windowY(), 0.95);
    }

    double distance(double x, double y, double z) {
        return roughened(cut(uncut(x, y, z), x, y, z), x, y, z);
    }

    /** min(distance, limit) at a point, without the work that cannot matter. */
    double distanceBelow(double limit, double x, double y, double z) {
        double s = limit + row.bumpHeight();
        if (row.nape() - y >= s || window.isWithin(s + 1e-6, x, y, z)) {
            return limit;
        }
        double d = uncut(x, y, z);
        if (d - row.bumpHeight() >= limit) {
            return limit;
        }
        d = cut(d, x, y, z);
        return d - row.bumpHeight() >= limit ? limit : Math.min(limit, roughened(d, x, y, z));
    }

    /** A lower bound of the distance where it is positive, changing by at most 1 per unit of length. */
    double lower(double x, double y, double z) {
        double d = cap.lower(x, y, z);
        if (row.tuftR() > 0) {
            d = Smooth.min(d, tuft.lower(x, y, z), 0.12);
        }
        if (row.hasCurtain()) {
            d = Smooth.min(d, curtain.lower(x, y, z), 0.10);
        }
        return Math.max(d, row.nape() - y) - row.bumpHeight();
    }

    private double uncut(double x, double y, double z) {
        double d = cap.distance(x, y, z);
        if (row.tuftR() > 0) {
            d = tuft.join(d, x, y, z, 0.12);
        }
        if (row.hasCurtain() && !curtain.isBeyond(d + 0.10, x, y, z)) {
            d = Smooth.min(d, curtainGap.carve(curtain.distance(x, y, z), x, y, z, 0.10), 0.10);
        }
        return d;
    }

    private double cut(double uncut, double x, double y, double z) {
        return Smooth.max(window.carve(uncut, x, y, z, 0.07), row.nape() - y, 0.06);
    }

    private double roughened(double d, double x, double y, double z) {
        if (row.bumpHeight() == 0) {
            return d;
        }
        double f = row.bumpRate();
        double bumps = Smooth.sine(f * x + 1.3) * Smooth.sine(f * y + 0.4) * Smooth.sine(f * z + 2.1);
        return d - row.bumpHeight() * bumps;
    }
}

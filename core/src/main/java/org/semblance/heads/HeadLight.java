package org.semblance.heads;

/** The colours and lights of one head, in linear light ({@code docs/heads.md}, section 2). Immutable by agreement. */
final class HeadLight {
    final double[] skin;
    final double[] hair;
    final double[] iris;
    final double[] shirt;
    /** Colour of the light, and its unit direction in world space. */
    final double[] light;

    final double[] direction;
    final double[] ambient;
    /** Colours of the background at the top and at the bottom. */
    final double[] above;

    final double[] below;

    HeadLight(HeadFactors f) {
        HeadTables tables = HeadTables.INSTANCE;
        double u = f.value("skin_u");
        skin = Palette.scaled(
                Palette.between(tables.colours("skin"), f.value("skin_t")), 1 + 0.05 * u, 1 - 0.035 * u, 1 - 0.12 * u);
        hair = Palette.between(tables.colours("hair"), f.value("hair_t"));
        iris = Palette.linear(tables.colours("eye")[f.category("eye_col")]);
        shirt = Palette.hsv(f.value("shirt_hue"), f.value("shirt_sat"), f.value("shirt_val"));
        double w = f.value("light_warm");
        double i = f.value("light_int");
        light = new double[] {i * (1 + 0.13 * w), i * (1 + 0.01 * w), i * (1 - 0.17 * w)};
        direction = direction(Math.toRadians(f.value("light_az")), Math.toRadians(f.value("light_el")));
        above = background(f, 0, 0.5);
        below = background(f, 0.06, -0.5);
        ambient = new double[3];
        for (int c = 0; c < 3; c++) {
            ambient[c] = f.value("ambient") * (0.72 + 0.25 * (above[c] + below[c]));
        }
    }

    private static double[] direction(double azimuth, double elevation) {
        return new double[] {
            Math.sin(azimuth) * Math.cos(elevation), Math.sin(elevation), Math.cos(azimuth) * Math.cos(elevation)
        };
    }

    private static double[] background(HeadFactors f, double hueShift, double gradient) {
        double value = Smooth.clamp01(f.value("bg_val") + gradient * f.value("bg_grad"));
        return Palette.hsv(f.value("bg_hue") + hueShift, f.value("bg_sat"), value);
    }
}

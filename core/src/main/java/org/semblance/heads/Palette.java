package org.semblance.heads;

/** Colours in linear light ({@code docs/heads.md}, section 2). */
final class Palette {
    static final double GAMMA = 2.2;

    private static final int DISPLAY_STEPS = 4096;
    private static final double[] DISPLAY = displayTable();

    private Palette() {}

    /** Linear light of an sRGB triple in 0..255, by the plain power 2.2. */
    static double[] linear(double[] srgb) {
        double[] out = new double[3];
        for (int i = 0; i < 3; i++) {
            out[i] = Math.pow(srgb[i] / 255, GAMMA);
        }
        return out;
    }

    /** Piecewise linear between the linear colours of the list, t in [0, 1]. */
    static double[] between(double[][] srgb, double t) {
        double x = Smooth.clamp01(t) * (srgb.length - 1);
        int i = Math.min((int) x, srgb.length - 2);
        double[] a = linear(srgb[i]);
        double[] b = linear(srgb[i + 1]);
        for (int c = 0; c < 3; c++) {
            a[c] = a[c] * (1 - (x - i)) + b[c] * (x - i);
        }
        return a;
    }

    /** Linear light of hue (taken modulo 1), saturation and value. */
    static double[] hsv(double hue, double saturation, double value) {
        return new double[] {
            channel(hue, saturation, value, 0), channel(hue, saturation, value, 4), channel(hue, saturation, value, 2)
        };
    }

    private static double channel(double hue, double saturation, double value, double offset) {
        double turn = (hue - Math.floor(hue)) * 6 + offset;
        double m = Smooth.clamp01(Math.abs(turn % 6 - 3) - 1);
        return Math.pow(value * (1 - saturation + saturation * m), GAMMA);
    }

    static double[] scaled(double[] c, double r, double g, double b) {
        return new double[] {c[0] * r, c[1] * g, c[2] * b};
    }

    /** Display value in [-1, 1] of linear light: a soft shoulder, then gamma. */
    static double display(double linear) {
        double c = Math.max(linear, 0);
        c = 1.18 * c * (1 + 0.15 * c) / (1 + 0.45 * c);
        double x = Math.sqrt(Math.min(c, 1)) * DISPLAY_STEPS;
        int i = (int) x;
        return DISPLAY[i] + (DISPLAY[i + 1] - DISPLAY[i]) * (x - i);
    }

    /* Over the root of the light the gamma curve is nearly straight: linear steps are within 4e-5, mostly 1e-8. */
    private static double[] displayTable() {
        double[] table = new double[DISPLAY_STEPS + 2];
        for (int i = 0; i < table.length; i++) {
            table[i] = Math.pow((double) i / DISPLAY_STEPS, 2 / GAMMA) * 2 - 1;
        }
        return table;
    }
}

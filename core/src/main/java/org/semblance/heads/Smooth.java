package org.semblance.heads;

/** The smooth scalar functions that the whole renderer is made of ({@code docs/heads.md}, section 4). */
final class Smooth {
    private Smooth() {}

    static double clamp(double x, double low, double high) {
        return x < low ? low : Math.min(x, high);
    }

    static double clamp01(double x) {
        return clamp(x, 0, 1);
    }

    /** Hermite step from 0 at a to 1 at b; b below a gives a falling edge. */
    static double step(double a, double b, double x) {
        double t = clamp01((x - a) / (b - a));
        return t * t * (3 - 2 * t);
    }

    /** Minimum with a rounded joint of width k: exactly the minimum where the two differ by k or more. */
    static double min(double a, double b, double k) {
        double h = k - Math.abs(a - b);
        double least = a < b ? a : b;
        return h > 0 ? least - h * h * (0.25 / k) : least;
    }

    /** Maximum with a rounded joint of width k. */
    static double max(double a, double b, double k) {
        return -min(-a, -b, k);
    }

    /** exp(-e), and exactly 0 where that is below 1e-10. */
    static double fade(double e) {
        return e > 23 ? 0 : Math.exp(-e);
    }

    /** sin x for |x| up to some thousands, to about 1e-9: the Taylor polynomial of degree 13 after reduction by pi. */
    static double sine(double x) {
        double n = Math.rint(x * (1 / Math.PI));
        double r = x - n * Math.PI;
        double q = r * r;
        double p = 1 / 6227020800.0;
        p = p * q - 1 / 39916800.0;
        p = p * q + 1 / 362880.0;
        p = p * q - 1 / 5040.0;
        p = p * q + 1 / 120.0;
        p = p * q - 1 / 6.0;
        double sine = r + r * q * p;
        return ((long) n & 1) == 0 ? sine : -sine;
    }

    static double square(double x) {
        return x * x;
    }

    static double mix(double a, double b, double weight) {
        return a + (b - a) * weight;
    }

    /** x to a whole power of at least 1. */
    static double power(double x, int n) {
        double result = (n & 1) == 1 ? x : 1;
        double factor = x;
        for (int rest = n >> 1; rest > 0; rest >>= 1) {
            factor *= factor;
            if ((rest & 1) == 1) {
                result *= factor;
            }
        }
        return result;
    }
}

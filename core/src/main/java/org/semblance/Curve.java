package org.semblance;

/** The way between two codes. Both ends are met exactly, to the last bit. */
public enum Curve {
    /** {@code (1 - t) a + t b}. */
    LINEAR {
        @Override
        void fill(float[] from, float[] to, double t, float[] mixed) {
            for (int i = 0; i < mixed.length; i++) {
                mixed[i] = (float) ((1 - t) * from[i] + t * to[i]);
            }
        }
    },

    /**
     * Along the great circle from one direction to the other at even speed, the length between both geometrically:
     * {@code |a|^(1-t) |b|^t (sin((1-t) W) a/|a| + sin(t W) b/|b|) / sin W}, W the angle between them (Shoemake 1985).
     */
    SPHERICAL {
        @Override
        void fill(float[] from, float[] to, double t, float[] mixed) {
            double a = norm(from);
            double b = norm(to);
            double angle = angle(from, to, a, b);
            double length = Math.pow(a, 1 - t) * Math.pow(b, t);
            boolean isOneDirection = angle < ONE_DIRECTION;
            double left = isOneDirection ? 1 - t : Math.sin((1 - t) * angle) / Math.sin(angle);
            double right = isOneDirection ? t : Math.sin(t * angle) / Math.sin(angle);
            for (int i = 0; i < mixed.length; i++) {
                mixed[i] = (float) (length * (left * from[i] / a + right * to[i] / b));
            }
        }
    };

    /* Radians; below it a chord and its arc agree to all digits of a float. */
    private static final double ONE_DIRECTION = 1e-5;

    abstract void fill(float[] from, float[] to, double t, float[] mixed);

    /**
     * The code at t: 0 gives {@code from}, 1 gives {@code to}, others outside [0, 1] extrapolate.
     *
     * @throws IllegalArgumentException if lengths differ, t is not finite, or {@link #SPHERICAL} has no way: a code of
     *     zeros, or two in opposite directions
     */
    public float[] at(float[] from, float[] to, double t) {
        if (from.length != to.length || !Double.isFinite(t)) {
            throw new IllegalArgumentException("curve: codes of one length and a finite t are needed, got lengths "
                    + from.length + " and " + to.length + ", t " + t);
        }
        if (t == 0 || t == 1) {
            return t == 0 ? from.clone() : to.clone();
        }
        float[] mixed = new float[from.length];
        fill(from, to, t, mixed);
        return mixed;
    }

    private static double norm(float[] code) {
        double sum = 0;
        for (float x : code) {
            sum += (double) x * x;
        }
        if (sum == 0) {
            throw new IllegalArgumentException("curve: a code of zeros has no direction, so that only LINEAR goes");
        }
        return Math.sqrt(sum);
    }

    /** By half chords, which is exact for small angles too (Kahan). */
    private static double angle(float[] from, float[] to, double a, double b) {
        double apart = 0;
        double together = 0;
        for (int i = 0; i < from.length; i++) {
            apart += Math.pow(from[i] / a - to[i] / b, 2);
            together += Math.pow(from[i] / a + to[i] / b, 2);
        }
        if (Math.sqrt(together) < 1e-6) {
            throw new IllegalArgumentException(
                    "curve: between opposite directions there is no shortest way, so that only LINEAR goes");
        }
        return 2 * Math.atan2(Math.sqrt(apart), Math.sqrt(together));
    }
}

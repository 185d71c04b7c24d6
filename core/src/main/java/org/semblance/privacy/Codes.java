package org.semblance.privacy;

import java.util.Arrays;
import java.util.List;
import org.semblance.array.HostArray;

/** Arithmetic on identity codes. */
public final class Codes {
    private Codes() {}

    /** A row of {@code [N, D]}. */
    public static float[] row(HostArray rows, int index) {
        int width = rows.shape().dim(1);
        return Arrays.copyOfRange(rows.data(), index * width, (index + 1) * width);
    }

    /** The same direction with euclidean norm 1. */
    public static float[] unit(float[] code) {
        double norm = Math.sqrt(dot(code, code));
        if (!(norm > 0)) {
            throw new IllegalArgumentException("code: a direction is needed, got a norm of " + norm);
        }
        return scaled(code, 1 / norm);
    }

    /** The direction of the mean of directions: lengths do not matter; the result has norm 1. */
    public static float[] mean(List<float[]> codes) {
        double[] sum = new double[codes.get(0).length];
        for (float[] code : codes) {
            float[] unit = unit(code);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += unit[i];
            }
        }
        float[] mean = new float[sum.length];
        for (int i = 0; i < sum.length; i++) {
            mean[i] = (float) (sum[i] / codes.size());
        }
        return unit(mean);
    }

    /** The inner product, in double precision. */
    public static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /** {@code a + step (wanted - read)}: what to ask for so that less is missing than when a was asked for. */
    public static float[] corrected(float[] a, double step, float[] wanted, float[] read) {
        float[] to = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            to[i] = (float) (a[i] + step * ((double) wanted[i] - read[i]));
        }
        return to;
    }

    /**
     * The point of the great circle through two identities: 0 gives the old one, 1 the new one, more than 1 goes on
     * away from the old one. Lengths do not matter; the result has norm 1.
     */
    public static float[] between(float[] old, float[] made, double strength) {
        float[] a = unit(old);
        float[] b = unit(made);
        double angle = Math.acos(Math.max(-1, Math.min(1, dot(a, b))));
        double sine = Math.sin(angle);
        if (strength == 1 || sine < 1e-6) {
            return b;
        }
        double left = Math.sin((1 - strength) * angle) / sine;
        double right = Math.sin(strength * angle) / sine;
        float[] to = new float[a.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = (float) (left * a[i] + right * b[i]);
        }
        return unit(to);
    }

    private static float[] scaled(float[] code, double factor) {
        float[] to = new float[code.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = (float) (code[i] * factor);
        }
        return to;
    }
}

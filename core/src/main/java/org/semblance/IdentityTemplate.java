package org.semblance;

import java.util.Arrays;
import org.semblance.array.HostArray;

/**
 * One identity out of several photographs of a person: what their embeddings have in common. Embeddings are compared by
 * direction, so that the template is a point on the sphere; its length is the mean of theirs.
 */
public enum IdentityTemplate {
    /** The direction of the sum of all directions. Every photograph counts alike. */
    MEAN {
        @Override
        double[] centre(double[][] directions) {
            return direction(sum(directions), "photographs that cancel out have no mean");
        }
    },

    /**
     * The direction whose angles to all others have the least sum: the geometric median on the sphere, which a minority
     * of photographs of somebody else does not move far (Fletcher, Venkatasubramanian and Joshi 2009, by Weiszfeld's
     * steps in the tangent plane).
     */
    MEDIAN {
        @Override
        double[] centre(double[][] directions) {
            double[] at = MEAN.centre(directions);
            for (int step = 0; step < STEPS; step++) {
                double[] move = weiszfeld(at, directions);
                if (norm(move) < STILL) {
                    break;
                }
                at = moved(at, move);
            }
            return at;
        }
    };

    private static final int STEPS = 1000;
    private static final double STILL = 1e-10;
    private static final double SAME = 1e-12;

    abstract double[] centre(double[][] directions);

    /**
     * The template of embeddings; of one alone exactly that one.
     *
     * @param embeddings {@code [N, D]}, N at least 1
     * @throws IllegalArgumentException if there is none, one is zero or not finite, or they cancel out
     */
    public float[] of(HostArray embeddings) {
        if (embeddings.shape().rank() != 2 || embeddings.shape().dim(0) < 1) {
            throw new IllegalArgumentException(
                    "template: embeddings must be [N, D] with N at least 1, got " + embeddings.shape());
        }
        Batches.requireFinite(embeddings);
        if (embeddings.shape().dim(0) == 1) {
            return embeddings.data().clone();
        }
        double[][] directions = new double[embeddings.shape().dim(0)][];
        double length = 0;
        for (int i = 0; i < directions.length; i++) {
            double[] row = row(embeddings, i);
            length += norm(row) / directions.length;
            directions[i] = direction(row, "an embedding must not be zero, got one in row " + i);
        }
        return scaled(centre(directions), length);
    }

    private static double[] row(HostArray rows, int i) {
        float[] data = Batches.rows(rows, i, i + 1).data();
        double[] row = new double[data.length];
        Arrays.setAll(row, k -> data[k]);
        return row;
    }

    private static float[] scaled(double[] direction, double length) {
        float[] code = new float[direction.length];
        for (int i = 0; i < code.length; i++) {
            code[i] = (float) (length * direction[i]);
        }
        return code;
    }

    private static double[] sum(double[][] rows) {
        double[] sum = new double[rows[0].length];
        for (double[] row : rows) {
            Arrays.setAll(sum, i -> sum[i] + row[i]);
        }
        return sum;
    }

    private static double norm(double[] x) {
        return Math.sqrt(dot(x, x));
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    private static double[] direction(double[] x, String ifNone) {
        double norm = norm(x);
        if (norm < 1e-9) {
            throw new IllegalArgumentException("template: " + ifNone);
        }
        return Arrays.stream(x).map(v -> v / norm).toArray();
    }

    /**
     * The next step in the tangent plane; shorter where the point lies on one of the others, and none if that one is
     * the median (Vardi and Zhang 2000).
     */
    private static double[] weiszfeld(double[] at, double[][] directions) {
        double[] pull = new double[at.length];
        double weights = 0;
        int here = 0;
        for (double[] direction : directions) {
            double[] tangent = tangent(at, direction);
            double sine = norm(tangent);
            double angle = Math.atan2(sine, dot(at, direction));
            if (sine < SAME) {
                here++;
                continue;
            }
            weights += 1 / angle;
            Arrays.setAll(pull, i -> pull[i] + tangent[i] / sine);
        }
        double strength = norm(pull);
        double held = strength == 0 ? 0 : Math.max(0, 1 - here / strength);
        double scale = weights == 0 ? 0 : held / weights;
        return Arrays.stream(pull).map(v -> v * scale).toArray();
    }

    /** What of a direction is at a right angle to the point. */
    private static double[] tangent(double[] at, double[] direction) {
        double along = dot(at, direction);
        double[] tangent = new double[at.length];
        Arrays.setAll(tangent, i -> direction[i] - along * at[i]);
        return tangent;
    }

    /** Along the great circle. */
    private static double[] moved(double[] at, double[] move) {
        double angle = norm(move);
        double[] to = new double[at.length];
        Arrays.setAll(to, i -> Math.cos(angle) * at[i] + Math.sin(angle) * move[i] / angle);
        return direction(to, "the median has no direction");
    }
}

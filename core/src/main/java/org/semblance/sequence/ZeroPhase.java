package org.semblance.sequence;

import java.util.Arrays;

/*
 * At frame t a straight line is fitted to the neighbours t + k with Gaussian weights g(k), and its value at t is taken.
 * With S_j = sum g(k) k^j the weights are g(k) (S_2 - S_1 k) / (S_0 S_2 - S_1^2). Where as many neighbours stand on
 * both sides, S_1 = 0 and this is the plain Gaussian mean. At the ends of a sequence the line takes the lag away that a
 * one-sided mean would have.
 */
/**
 * A low-pass filter over frames that looks as far ahead as back, so that nothing lags: straight motion passes
 * unchanged, at the ends of a sequence too.
 *
 * @param sigma standard deviation of the Gaussian window in frames; 0 leaves everything as it is
 */
public record ZeroPhase(double sigma) {
    private static final double MOST = 1000;

    /** @throws IllegalArgumentException unless sigma lies in [0, 1000] */
    public ZeroPhase {
        if (!(sigma >= 0 && sigma <= MOST)) {
            throw new IllegalArgumentException("smoothing: sigma must be 0 to " + MOST + " frames, got " + sigma);
        }
    }

    /** How many frames on either side count. */
    public int reach() {
        return (int) Math.ceil(3 * sigma);
    }

    /**
     * How much each frame counts.
     *
     * @param before frames there are before the one to be made, any number
     * @param after frames there are after it, any number
     * @return weights of {@code min(before, reach)} frames before, the frame itself and {@code min(after, reach)}
     *     after; their sum is 1
     */
    public double[] weights(int before, int after) {
        int left = Math.min(before, reach());
        int right = Math.min(after, reach());
        double[] weights = new double[left + 1 + right];
        double[] moments = new double[3];
        for (int i = 0; i < weights.length; i++) {
            int k = i - left;
            weights[i] = k == 0 ? 1 : Math.exp(-0.5 * k * k / (sigma * sigma));
            for (int j = 0; j < moments.length; j++) {
                moments[j] += weights[i] * Math.pow(k, j);
            }
        }
        double determinant = moments[0] * moments[2] - moments[1] * moments[1];
        for (int i = 0; i < weights.length; i++) {
            double slope = determinant > 0 ? (moments[2] - moments[1] * (i - left)) / determinant : 1 / moments[0];
            weights[i] *= slope;
        }
        return weights;
    }

    /** The numbers of a whole sequence, smoothed. */
    public double[] of(double[] values) {
        double[] smooth = new double[values.length];
        Arrays.setAll(smooth, t -> at(values, t));
        return smooth;
    }

    private double at(double[] values, int t) {
        double[] weights = weights(t, values.length - 1 - t);
        int first = t - Math.min(t, reach());
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * values[first + i];
        }
        return sum;
    }
}

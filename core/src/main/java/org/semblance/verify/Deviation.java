package org.semblance.verify;

/**
 * How far one tensor is from its reference, by the measure that is closest to its tolerance or farthest beyond it.
 *
 * @param tensor name of the tensor
 * @param measure what was measured
 * @param error the deviation
 * @param tolerance what is allowed
 */
record Deviation(String tensor, String measure, double error, double tolerance) {

    /** Compares by the rules of the manifest. @param start values a change is measured from; read only for changes */
    static Deviation of(ExpectedTensor expected, double[] actual, double[] reference, double[] start) {
        Deviation largest = new Deviation(expected.name(), "max", max(actual, reference), expected.absTol());
        double distance = distance(actual, reference);
        Deviation whole = new Deviation(expected.name(), "L2", ratio(distance, norm(reference)), expected.tolL2());
        Deviation change = expected.deltaTolL2() == Double.POSITIVE_INFINITY
                ? whole
                : new Deviation(
                        expected.name(),
                        "L2 of change",
                        ratio(distance, distance(reference, start)),
                        expected.deltaTolL2());
        return worse(largest, worse(whole, change));
    }

    static Deviation worse(Deviation a, Deviation b) {
        return a.used() >= b.used() ? a : b;
    }

    /** Share of the tolerance that is used; above 1 is a failure. */
    double used() {
        if (Double.isNaN(error)) {
            return Double.POSITIVE_INFINITY;
        }
        return error == 0 ? 0 : error / tolerance;
    }

    boolean isWithin() {
        return error <= tolerance;
    }

    private static double max(double[] a, double[] b) {
        double max = 0;
        for (int i = 0; i < a.length; i++) {
            double d = Math.abs(a[i] - b[i]);
            if (!(d <= max)) {
                max = d;
            }
            if (Double.isNaN(d)) {
                return d;
            }
        }
        return max;
    }

    private static double distance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }

    private static double norm(double[] a) {
        return distance(a, new double[a.length]);
    }

    private static double ratio(double distance, double norm) {
        return distance == 0 ? 0 : distance / norm;
    }
}

package org.semblance.metrics;

/**
 * A count among independent trials.
 *
 * @param count how often something happened
 * @param of among how many, at least 1
 */
public record BinomialShare(int count, int of) {
    private static final double TAIL = 0.025;
    private static final int HALVINGS = 60;

    public BinomialShare {
        if (of < 1 || count < 0 || count > of) {
            throw new IllegalArgumentException(
                    "share: a count of 0 to that of the trials, at least 1, is needed, got " + count + " of " + of);
        }
    }

    /** The share. */
    public double value() {
        return (double) count / of;
    }

    /** The share with its exact 95 % interval (Clopper and Pearson 1934). */
    public Interval interval() {
        double low = count == 0 ? 0 : bound(p -> atLeast(count, p) < TAIL);
        double high = count == of ? 1 : bound(p -> 1 - atLeast(count + 1, p) > TAIL);
        return new Interval(value(), low, high);
    }

    private interface Below {
        boolean test(double probability);
    }

    /** Where a condition that holds for small probabilities ends. */
    private static double bound(Below below) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (below.test(middle)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** The probability of so many or more. */
    private double atLeast(int least, double p) {
        double fewer = 0;
        double term = of * Math.log1p(-p);
        for (int k = 0; k < least; k++) {
            fewer += Math.exp(term);
            term += Math.log(p / (1 - p)) + Math.log((double) (of - k) / (k + 1));
        }
        return Math.max(0, 1 - fewer);
    }
}

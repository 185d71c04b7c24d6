package org.semblance.training;

/** Checks of settings. */
final class Require {
    private Require() {}

    static void that(boolean holds, String field, String rule, Object got) {
        if (!holds) {
            throw new IllegalArgumentException("config: " + field + " must be " + rule + ", got " + got);
        }
    }

    static void notNegative(double value, String field) {
        that(value >= 0 && value < Double.POSITIVE_INFINITY, field, "finite and at least 0", value);
    }

    static void positive(double value, String field) {
        that(value > 0 && value < Double.POSITIVE_INFINITY, field, "finite and above 0", value);
    }

    static void share(double value, String field) {
        that(value >= 0 && value <= 1, field, "in [0, 1]", value);
    }
}

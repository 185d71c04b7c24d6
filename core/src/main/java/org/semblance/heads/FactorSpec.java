package org.semblance.heads;

import java.util.List;

/**
 * One factor of a head: its name, its distribution and the map from the normalised value s to the physical value,
 * {@code clamp(base + amplitude * s, min, max)} with s in [-1, 1].
 *
 * @param name name as in {@code heads.json}, for example {@code yaw}
 * @param kind distribution
 * @param base physical value at s = 0; 0 for categories. Angles are in degrees, lengths in head units
 * @param amplitude physical change for s = 1; 0 for categories
 * @param min least physical value, {@code -Infinity} where there is no clamp
 * @param max greatest physical value, {@code +Infinity} where there is no clamp
 * @param probabilities probability of each class, empty unless a category
 * @param labels name of each class, empty unless a category
 */
public record FactorSpec(
        String name,
        Kind kind,
        double base,
        double amplitude,
        double min,
        double max,
        List<Double> probabilities,
        List<String> labels) {

    /** How a factor is drawn. */
    public enum Kind {
        /** s is the sum of two uniform numbers less 1: densest at 0. */
        TRIANGULAR,
        /** s is uniform in [-1, 1). */
        UNIFORM,
        /** One of a list of classes. */
        CATEGORY
    }

    /** Copies the lists. */
    public FactorSpec {
        probabilities = List.copyOf(probabilities);
        labels = List.copyOf(labels);
    }

    /** Whether this factor is a class and not a number. */
    public boolean isCategory() {
        return kind == Kind.CATEGORY;
    }

    /** Whether s = -1 and s = 1 mean the same thing, as for a hue. */
    public boolean isCircular() {
        return name.endsWith("_hue");
    }

    /** The physical value at s. */
    public double physical(double s) {
        return Math.min(Math.max(base + amplitude * s, min), max);
    }

    /** The least physical value that s in [-1, 1] gives. */
    public double least() {
        return Math.max(base - amplitude, min);
    }

    /** The greatest physical value that s in [-1, 1] gives. */
    public double greatest() {
        return Math.min(base + amplitude, max);
    }
}

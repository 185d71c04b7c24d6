package org.semblance.heads;

import java.util.ArrayList;
import java.util.List;

/**
 * Factors as columns that a network can learn by squared differences: a number as its normalised value s, a circular
 * one as cosine and sine of pi s, a category as one column per class, 1 for its own and 0 for the others.
 *
 * @param factors in the order of their columns
 */
public record FactorColumns(List<FactorSpec> factors) {
    public FactorColumns {
        factors = List.copyOf(factors);
    }

    /** Of all identity factors. */
    public static FactorColumns ofIdentity() {
        return new FactorColumns(HeadFactors.identitySpecs());
    }

    /** Of all attribute factors. */
    public static FactorColumns ofAttributes() {
        return new FactorColumns(HeadFactors.attributeSpecs());
    }

    /** Names of the columns: {@code yaw}, {@code bg_hue.cos}, {@code glasses.round}. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        for (FactorSpec factor : factors) {
            if (factor.isCategory()) {
                factor.labels().forEach(label -> names.add(factor.name() + "." + label));
            } else if (factor.isCircular()) {
                names.addAll(List.of(factor.name() + ".cos", factor.name() + ".sin"));
            } else {
                names.add(factor.name());
            }
        }
        return names;
    }

    /** The columns of one head. */
    public float[] of(HeadFactors head) {
        float[] row = new float[names().size()];
        int at = 0;
        for (FactorSpec factor : factors) {
            if (factor.isCategory()) {
                row[at + head.category(factor.name())] = 1;
                at += factor.labels().size();
            } else if (factor.isCircular()) {
                row[at++] = (float) Math.cos(Math.PI * head.normalised(factor.name()));
                row[at++] = (float) Math.sin(Math.PI * head.normalised(factor.name()));
            } else {
                row[at++] = head.normalised(factor.name());
            }
        }
        return row;
    }
}

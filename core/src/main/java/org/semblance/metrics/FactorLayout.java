package org.semblance.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.semblance.array.HostArray;
import org.semblance.heads.HeadFactors;
import org.semblance.json.Json;

/**
 * Which columns of a regressor's output tell which factor.
 *
 * @param factors in the order of their columns
 */
public record FactorLayout(List<Factor> factors) {
    public FactorLayout {
        factors = List.copyOf(factors);
    }

    /**
     * Reads a layout: an array of {@code {"name": "yaw", "kind": "linear" | "circular" | "categorical", "group":
     * "identity" | "attribute", "col": 22, "classes": 3}}, the last for categories alone.
     *
     * @throws IllegalArgumentException with the place, if something is missing or wrong
     */
    public static FactorLayout of(Json layout) {
        List<Factor> factors = new ArrayList<>();
        for (Json entry : layout.elements()) {
            Factor.Kind kind = kind(entry.get("kind"));
            String group = entry.get("group").asString();
            if (!group.equals("identity") && !group.equals("attribute")) {
                throw entry.get("group").wrong("identity or attribute", group);
            }
            int width = kind == Factor.Kind.CATEGORICAL
                    ? entry.get("classes").asInt()
                    : kind == Factor.Kind.CIRCULAR ? 2 : 1;
            factors.add(new Factor(
                    entry.get("name").asString(),
                    kind,
                    group.equals("identity"),
                    entry.get("col").asInt(),
                    width));
        }
        return new FactorLayout(factors);
    }

    private static Factor.Kind kind(Json text) {
        try {
            return Factor.Kind.valueOf(text.asString().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw text.wrong("linear, circular or categorical", text.asString());
        }
    }

    /** Number of columns. */
    public int width() {
        return factors.stream().mapToInt(f -> f.column() + f.width()).max().orElse(0);
    }

    /** What a perfect regressor would give for these heads, {@code [N, width]}; classes are 1 and the others 0. */
    public HostArray truth(List<HeadFactors> heads) {
        float[] rows = new float[heads.size() * width()];
        for (int i = 0; i < heads.size(); i++) {
            for (Factor factor : factors) {
                fill(heads.get(i), factor, rows, i * width() + factor.column());
            }
        }
        return HostArray.of(rows, heads.size(), width());
    }

    private static void fill(HeadFactors head, Factor factor, float[] rows, int at) {
        switch (factor.kind()) {
            case LINEAR -> rows[at] = head.normalised(factor.name());
            case CIRCULAR -> {
                rows[at] = (float) Math.cos(Math.PI * head.normalised(factor.name()));
                rows[at + 1] = (float) Math.sin(Math.PI * head.normalised(factor.name()));
            }
            case CATEGORICAL -> rows[at + head.category(factor.name())] = 1;
        }
    }

    /** The classes of a category in rows {@code [N, width]}. */
    static int[] classes(Factor factor, HostArray rows) {
        int width = rows.shape().dim(1);
        int[] classes = new int[rows.shape().dim(0)];
        for (int i = 0; i < classes.length; i++) {
            int start = i * width + factor.column();
            for (int k = 1; k < factor.width(); k++) {
                classes[i] = rows.data()[start + k] > rows.data()[start + classes[i]] ? k : classes[i];
            }
        }
        return classes;
    }
}

package org.semblance.bench.gpu;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Options {@code --name value} of a command line. */
final class Options {
    private final Map<String, String> values = new HashMap<>();

    private Options() {}

    /**
     * @param known names with their leading dashes
     * @throws IllegalArgumentException for a name that is not known, one without a value, or one given twice
     */
    static Options of(List<String> known, String... args) {
        Options options = new Options();
        for (int i = 0; i < args.length; i += 2) {
            if (!known.contains(args[i])) {
                throw new IllegalArgumentException("options: expected one of " + known + ", got '" + args[i] + "'");
            }
            if (i + 1 == args.length) {
                throw new IllegalArgumentException("options: " + args[i] + " needs a value");
            }
            if (options.values.put(args[i], args[i + 1]) != null) {
                throw new IllegalArgumentException("options: " + args[i] + " was given twice");
            }
        }
        return options;
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    /** @throws IllegalArgumentException unless it is a positive number */
    double positive(String name, double otherwise) {
        String text = text(name, Double.toString(otherwise));
        double value = number(name, text);
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("options: " + name + " must be positive, got " + text);
        }
        return value;
    }

    /** @throws IllegalArgumentException unless it is a positive whole number */
    int count(String name, int otherwise) {
        double value = positive(name, otherwise);
        if (value != Math.rint(value) || value > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("options: " + name + " must be a whole number, got " + value);
        }
        return (int) value;
    }

    /** Parts between commas. */
    List<String> list(String name, String otherwise) {
        return List.of(text(name, otherwise).split(","));
    }

    private static double number(String name, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("options: " + name + " must be a number, got '" + text + "'", e);
        }
    }
}

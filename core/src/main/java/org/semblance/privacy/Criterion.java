package org.semblance.privacy;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A figure and what is asked of it.
 *
 * @param key name for programs
 * @param title name for people
 * @param value the figure, NaN if it could not be measured, which does not hold
 * @param bound what is asked for
 * @param most whether it is to be at most the bound, rather than at least
 */
public record Criterion(String key, String title, double value, double bound, boolean most) {
    /** A figure that must not be greater. */
    public static Criterion atMost(String key, String title, double value, double bound) {
        return new Criterion(key, title, value, bound, true);
    }

    /** A figure that must not be less. */
    public static Criterion atLeast(String key, String title, double value, double bound) {
        return new Criterion(key, title, value, bound, false);
    }

    /** Whether it is as asked. */
    public boolean holds() {
        return most ? value <= bound : value >= bound;
    }

    /** What is asked, and whether it holds. */
    public String verdict() {
        return String.format(
                Locale.ROOT, "at %s %.4f: %s", most ? "most" : "least", bound, holds() ? "holds" : "DOES NOT HOLD");
    }

    /** As a member of a report. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("key", key);
        json.put("title", title);
        if (Double.isFinite(value)) {
            json.put("value", value);
        }
        if (Double.isFinite(bound)) {
            json.put(most ? "at_most" : "at_least", bound);
        }
        json.put("holds", holds());
        return json;
    }
}

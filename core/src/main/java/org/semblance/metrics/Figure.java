package org.semblance.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of a report.
 *
 * @param key name for programs
 * @param title name for people
 * @param unit such as {@code dB}, or empty
 * @param value the figure, or null where it is not available
 * @param note what else there is to say; why it is not available
 */
public record Figure(
        String key, String title, String unit, @Nullable Interval value, String note) {
    static Figure of(String key, String title, String unit, Interval value) {
        return new Figure(key, title, unit, value, "");
    }

    static Figure missing(String key, String title, String why) {
        return new Figure(key, title, "", null, why);
    }

    Figure noted(String words) {
        return new Figure(key, title, unit, value, words);
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("title", title);
        if (value == null || Double.isNaN(value.value())) {
            json.put("available", false);
        } else {
            put(json, "value", value);
        }
        if (!unit.isEmpty()) {
            json.put("unit", unit);
        }
        if (!note.isEmpty()) {
            json.put("note", note);
        }
        return json;
    }

    /** Adds a figure and its ends, as far as they are finite. */
    static void put(Map<String, Object> json, String key, Interval value) {
        if (Double.isFinite(value.value())) {
            json.put(key, value.value());
            if (value.hasEnds()) {
                json.put(
                        key.equals("value") ? "interval" : key + "_interval", new double[] {value.low(), value.high()});
            }
        }
    }
}

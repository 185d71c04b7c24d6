package org.semblance.verify;

import java.util.Map;
import org.semblance.json.Json;

/**
 * A case's attributes, with defaults for those that are absent or null.
 *
 * @param json the object as the manifest has it
 */
public record Attributes(Json json) {

    /** Whether the attribute is there and not null. */
    public boolean has(String key) {
        return json.find(key).isPresent();
    }

    /** A whole number. */
    public int integer(String key, int otherwise) {
        return json.find(key).map(Json::asInt).orElse(otherwise);
    }

    /** A number. */
    public double number(String key, double otherwise) {
        return json.find(key).map(Json::asDouble).orElse(otherwise);
    }

    /** A truth value. */
    public boolean flag(String key, boolean otherwise) {
        return json.find(key).map(Json::asBoolean).orElse(otherwise);
    }

    /** A text. */
    public String text(String key, String otherwise) {
        return json.find(key).map(Json::asString).orElse(otherwise);
    }

    /** Two whole numbers in the manifest's order; one number stands for both. */
    public int[] pair(String key, int otherwise) {
        int[] given = ints(key, otherwise);
        if (given.length > 2) {
            throw json.get(key).wrong("one or two numbers", given.length + " numbers");
        }
        return given.length == 2 ? given : new int[] {given[0], given[0]};
    }

    /** A padding {@code [left, right, top, bottom]}; {@code [x, y]} and one number stand for equal sides. */
    public int[] padding(String key) {
        int[] given = ints(key, 0);
        return switch (given.length) {
            case 1 -> new int[] {given[0], given[0], given[0], given[0]};
            case 2 -> new int[] {given[0], given[0], given[1], given[1]};
            case 4 -> given;
            default -> throw json.get(key).wrong("one, two or four numbers", given.length + " numbers");
        };
    }

    /** One or more whole numbers. */
    public int[] ints(String key, int otherwise) {
        if (!has(key)) {
            return new int[] {otherwise};
        }
        Json value = json.get(key);
        int[] given = value.isArray() ? value.asInts() : new int[] {value.asInt()};
        if (given.length == 0) {
            throw value.wrong("at least one number", "none");
        }
        return given;
    }

    /** Refuses a setting that is not implemented. @throws SkippedCase if the flag has this value */
    public void skipIf(String key, boolean value) {
        if (has(key) && flag(key, !value) == value) {
            throw new SkippedCase(key + " = " + value + " is not implemented");
        }
    }

    /** Refuses a setting that is not implemented. @throws SkippedCase if the text is given and another one */
    public void skipUnless(String key, String value) {
        if (!text(key, value).equals(value)) {
            throw new SkippedCase(key + " = " + text(key, value) + " is not implemented");
        }
    }

    /** Refuses a setting that is not implemented. @throws SkippedCase if it is given and not null */
    public void skipIfPresent(String key) {
        if (has(key)) {
            throw new SkippedCase(key + " is not implemented");
        }
    }

    /** An object among the attributes; without entries if it is not given. */
    public Attributes nested(String key) {
        return new Attributes(json.find(key).orElseGet(() -> Json.of(Map.of())));
    }

    /** Whether the attribute is given as null. */
    public boolean isNull(String key) {
        return json.has(key) && !has(key);
    }
}

package org.semblance.json;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns Java values into what a {@link Json} holds. */
final class JsonValues {
    private JsonValues() {}

    /** The plain form of a value that stands this many levels below the root. */
    static Object plain(@Nullable Object value, int depth) {
        if (depth > Json.MAX_DEPTH) {
            throw new IllegalArgumentException("json: values must nest at most " + Json.MAX_DEPTH + " deep, got more");
        }
        if (value == null) {
            return Json.Null.NULL;
        }
        if (value instanceof Json json) {
            return json.value();
        }
        if (value instanceof Map<?, ?> map) {
            return object(map, depth);
        }
        if (value instanceof Iterable<?> elements) {
            return array(elements, depth);
        }
        return scalarOrNumbers(value);
    }

    /** What kind of value this is. */
    static String word(Object value) {
        if (value instanceof Map) {
            return "an object";
        }
        if (value instanceof List) {
            return "an array";
        }
        if (value instanceof String) {
            return "a string";
        }
        return value instanceof Boolean ? "a boolean" : value instanceof Number ? "a number" : "null";
    }

    private static Map<String, Object> object(Map<?, ?> map, int depth) {
        Map<String, Object> plain = new LinkedHashMap<>();
        map.forEach((key, member) -> {
            if (!(key instanceof String)) {
                throw new IllegalArgumentException("json: member names must be strings, got " + key);
            }
            plain.put((String) key, plain(member, depth + 1));
        });
        return Collections.unmodifiableMap(plain);
    }

    private static List<Object> array(Iterable<?> elements, int depth) {
        List<Object> plain = new ArrayList<>();
        elements.forEach(element -> plain.add(plain(element, depth + 1)));
        return Collections.unmodifiableList(plain);
    }

    private static Object scalarOrNumbers(Object value) {
        if (value instanceof String || value instanceof Boolean) {
            return value;
        }
        if (value instanceof int[] numbers) {
            return array(Arrays.stream(numbers).boxed().toList(), 0);
        }
        if (value instanceof long[] numbers) {
            return array(Arrays.stream(numbers).boxed().toList(), 0);
        }
        if (value instanceof double[] numbers) {
            return array(Arrays.stream(numbers).boxed().toList(), 0);
        }
        return number(value);
    }

    private static Object number(Object value) {
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof Float number && Float.isFinite(number)) {
            return Double.valueOf(number.toString());
        }
        if (value instanceof Double number && Double.isFinite(number)) {
            return number;
        }
        throw new IllegalArgumentException("json: values must be maps, lists, strings, booleans or finite numbers, got "
                + value.getClass().getSimpleName() + " " + value);
    }
}

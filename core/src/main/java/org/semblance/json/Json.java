package org.semblance.json;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An immutable JSON value that knows where it stands, so that what is wrong with a description is said with its place:
 * {@code model.json: /networks/generator/file: expected a string, got a number}.
 *
 * <pre>{@code
 * Json model = Json.parse(path);
 * int width = model.get("image").get("width").asInt();
 * for (Json op : model.get("ops").elements()) { ... op.get("in").at(0).asString() ... }
 * }</pre>
 *
 * <p>Parsing is strict (UTF-8, no comments, no name twice, numbers finite) and bounded: {@value #MAX_DEPTH} levels,
 * 256 MiB of text, 5 million values. Malformed text is an {@link IOException}; a value that is not what the caller
 * expects is an {@link IllegalArgumentException}. Integers are exact within 64 bits.
 */
public final class Json {
    static final int MAX_DEPTH = 100;
    private static final int MAX_BYTES = 256 << 20;

    /** The null of JSON. */
    enum Null {
        NULL
    }

    /* value is a Map<String, Object>, List<Object>, String, Long, Double, Boolean or Null; never a Json. */
    private final Object value;
    private final @Nullable Json parent;
    private final String step;

    private Json(Object value, @Nullable Json parent, String step) {
        this.value = value;
        this.parent = parent;
        this.step = step;
    }

    /**
     * The value in a file.
     *
     * @throws IOException if it cannot be read or is not JSON
     */
    public static Json parse(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return parse(in, path.toString());
        }
    }

    /**
     * The value in a stream, which is read to its end and not closed.
     *
     * @param source what the stream is, for messages
     * @throws IOException if it cannot be read or is not JSON
     */
    public static Json parse(InputStream in, String source) throws IOException {
        byte[] text = in.readNBytes(MAX_BYTES + 1);
        if (text.length > MAX_BYTES) {
            throw new IOException(source + ": JSON must be at most 256 MiB long, got more");
        }
        return new Json(JsonReader.read(text, source), null, source);
    }

    /**
     * The value in a text.
     *
     * @throws IOException if it is not JSON
     */
    public static Json parse(String text, String source) throws IOException {
        return new Json(JsonReader.read(text.getBytes(StandardCharsets.UTF_8), source), null, source);
    }

    /**
     * A value made of maps with string keys, iterables, {@code int[]}, {@code long[]}, {@code double[]}, strings,
     * booleans, finite numbers, null and {@link Json} values.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Json of(@Nullable Object value) {
        return new Json(JsonValues.plain(value, 0), null, "json");
    }

    /**
     * This object with one more or one other member.
     *
     * @param member as for {@link #of}
     */
    public Json with(String key, @Nullable Object member) {
        Map<String, Object> changed = new LinkedHashMap<>(map());
        changed.put(key, JsonValues.plain(member, 0));
        return new Json(Collections.unmodifiableMap(changed), parent, step);
    }

    /**
     * This object without a member, which need not be there.
     *
     * @throws IllegalArgumentException if this is no object
     */
    public Json without(String key) {
        Map<String, Object> changed = new LinkedHashMap<>(map());
        changed.remove(key);
        return new Json(Collections.unmodifiableMap(changed), parent, step);
    }

    /**
     * The member of this name.
     *
     * @throws IllegalArgumentException if this is no object or has none
     */
    public Json get(String key) {
        Object member = map().get(key);
        if (member == null) {
            throw wrong("a member named '" + key + "'", "only " + map().keySet());
        }
        return new Json(member, this, key);
    }

    /**
     * The member of this name, empty if there is none or it is null.
     *
     * @throws IllegalArgumentException if no object
     */
    public Optional<Json> find(String key) {
        return has(key) && !get(key).isNull() ? Optional.of(get(key)) : Optional.empty();
    }

    /**
     * Whether there is a member of this name, null or not.
     *
     * @throws IllegalArgumentException if this is no object
     */
    public boolean has(String key) {
        return map().containsKey(key);
    }

    /**
     * Names of the members, in order.
     *
     * @throws IllegalArgumentException if this is no object
     */
    public Set<String> keys() {
        return map().keySet();
    }

    /**
     * The element at an index.
     *
     * @throws IllegalArgumentException if this is no array or has none there
     */
    public Json at(int index) {
        List<?> list = list();
        if (index < 0 || index >= list.size()) {
            throw wrong("an element " + index, list.size() + " elements");
        }
        return new Json(list.get(index), this, Integer.toString(index));
    }

    /**
     * The elements.
     *
     * @throws IllegalArgumentException if this is no array
     */
    public List<Json> elements() {
        int size = list().size();
        List<Json> elements = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            elements.add(at(i));
        }
        return Collections.unmodifiableList(elements);
    }

    /**
     * Number of members or elements.
     *
     * @throws IllegalArgumentException if this is neither object nor array
     */
    public int size() {
        return isObject() ? map().size() : list().size();
    }

    /** Whether this is null. */
    public boolean isNull() {
        return value == Null.NULL;
    }

    /** Whether this is an object. */
    public boolean isObject() {
        return value instanceof Map;
    }

    /** Whether this is an array. */
    public boolean isArray() {
        return value instanceof List;
    }

    /** Whether this is a string. */
    public boolean isString() {
        return value instanceof String;
    }

    /** Whether this is a number. */
    public boolean isNumber() {
        return value instanceof Number;
    }

    /** Whether this is true or false. */
    public boolean isBoolean() {
        return value instanceof Boolean;
    }

    /**
     * This string.
     *
     * @throws IllegalArgumentException if it is none
     */
    public String asString() {
        if (value instanceof String text) {
            return text;
        }
        throw wrong("a string", JsonValues.word(value));
    }

    /**
     * This boolean.
     *
     * @throws IllegalArgumentException if it is none
     */
    public boolean asBoolean() {
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw wrong("a boolean", JsonValues.word(value));
    }

    /**
     * This number.
     *
     * @throws IllegalArgumentException if it is none
     */
    public double asDouble() {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw wrong("a number", JsonValues.word(value));
    }

    /**
     * This whole number.
     *
     * @throws IllegalArgumentException if it is none, or beyond 64 bits
     */
    public long asLong() {
        if (value instanceof Long number) {
            return number;
        }
        if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 0x1p63) {
            return number.longValue();
        }
        throw wrong("an integer", value instanceof Number ? value.toString() : JsonValues.word(value));
    }

    /**
     * This whole number.
     *
     * @throws IllegalArgumentException if it is none, or beyond 32 bits
     */
    public int asInt() {
        long number = asLong();
        if (number != (int) number) {
            throw wrong("an integer of 32 bits", Long.toString(number));
        }
        return (int) number;
    }

    /**
     * The whole numbers in this array.
     *
     * @throws IllegalArgumentException if it is none or holds something else
     */
    public int[] asInts() {
        return elements().stream().mapToInt(Json::asInt).toArray();
    }

    /**
     * The numbers in this array.
     *
     * @throws IllegalArgumentException if it is none or holds something else
     */
    public double[] asDoubles() {
        return elements().stream().mapToDouble(Json::asDouble).toArray();
    }

    /**
     * The strings in this array.
     *
     * @throws IllegalArgumentException if it is none or holds something else
     */
    public List<String> asStrings() {
        return elements().stream().map(Json::asString).toList();
    }

    /** Where this value stands: the source and the steps to it, {@code model.json: /networks/generator}. */
    public String path() {
        return parent == null ? step + ": /" : parent.path() + (parent.parent == null ? "" : "/") + step;
    }

    /** An error about this value, for rules that only the caller knows: {@code PATH: expected RULE, got FACT}. */
    public IllegalArgumentException wrong(String rule, String got) {
        return new IllegalArgumentException(path() + ": expected " + rule + ", got " + got);
    }

    /** This value as text on one line. */
    public String compact() {
        return JsonWriter.compact(value);
    }

    /** This value as indented text that ends with a line feed; small arrays and objects stay on one line. */
    public String pretty() {
        return JsonWriter.pretty(value);
    }

    Object value() {
        return value;
    }

    /** Equality of values, wherever they stand. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Json json && json.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return compact();
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> map() {
        if (value instanceof Map) {
            return (Map<String, Object>) value;
        }
        throw wrong("an object", JsonValues.word(value));
    }

    private List<?> list() {
        if (value instanceof List<?> list) {
            return list;
        }
        throw wrong("an array", JsonValues.word(value));
    }
}

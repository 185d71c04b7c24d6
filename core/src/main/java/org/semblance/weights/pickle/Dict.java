package org.semblance.weights.pickle;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Python dict, OrderedDict, or what is made like one. Keys are scalars. Equal to itself only. */
public final class Dict {
    private final String type;
    private final Map<Object, Object> entries = new LinkedHashMap<>();

    /** An empty one; the type is the class's name, for messages. */
    public Dict(String type) {
        this.type = type;
    }

    /** What it was in Python. */
    public String type() {
        return type;
    }

    /** Its entries in order. */
    public Map<Object, Object> entries() {
        return Collections.unmodifiableMap(entries);
    }

    /** Number of entries. */
    public int size() {
        return entries.size();
    }

    /** The value of a key, or null. */
    public @Nullable Object get(Object key) {
        return entries.get(key);
    }

    /** The value of a key, which must be of a type. @throws IOException if there is none, or it is something else */
    public <T> T get(String key, Class<T> type) throws IOException {
        Object value = entries.get(key);
        if (value == null) {
            throw new IOException(
                    "pickle: " + this.type + " must have an entry '" + key + "', got " + size() + " others");
        }
        return Values.as(type, value, "'" + key + "'");
    }

    /** Sets an entry. @throws IOException if the key is not a scalar */
    public void put(Object key, Object value) throws IOException {
        if (!(key instanceof String
                || key instanceof Long
                || key instanceof Boolean
                || key instanceof Double
                || key instanceof BigInteger
                || key instanceof Null)) {
            throw new IOException("pickle: keys must be text or numbers, got " + Values.describe(key));
        }
        entries.put(key, value);
    }

    @Override
    public String toString() {
        return type + " of " + size();
    }
}

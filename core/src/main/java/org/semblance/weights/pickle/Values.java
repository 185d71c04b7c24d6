package org.semblance.weights.pickle;

import java.io.IOException;
import java.util.List;
import org.semblance.weights.ByteSource;

/** What the values of pickles are in Java, and their names for messages. */
public final class Values {
    /*
     * None -> Null, bool -> Boolean, int -> Long or BigInteger, float -> Double, str -> String, bytes -> ByteSource,
     * list and set -> List, tuple -> Tuple, dict -> Dict, a class or function -> Global, text too long for the heap ->
     * LongText. Whatever else PickleTypes make.
     */
    private Values() {}

    /** The value as a type. @throws IOException if it is of another one */
    public static <T> T as(Class<T> type, Object value, String what) throws IOException {
        if (!type.isInstance(value)) {
            throw new IOException("pickle: " + what + " must be " + name(type) + ", got " + describe(value));
        }
        return type.cast(value);
    }

    /** A value in few words; never long, never deep. */
    public static String describe(Object value) {
        if (value instanceof String s) {
            return "'" + (s.length() > 60 ? s.substring(0, 60) + "..." : s) + "'";
        }
        if (value instanceof List<?> list) {
            return "list of " + list.size();
        }
        if (value instanceof ByteSource) {
            return "bytes";
        }
        return value instanceof Global g ? g.name() : String.valueOf(value);
    }

    private static String name(Class<?> type) {
        if (type == Long.class) {
            return "a whole number";
        }
        if (type == String.class) {
            return "text";
        }
        return type == ByteSource.class ? "bytes" : "a " + type.getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }
}

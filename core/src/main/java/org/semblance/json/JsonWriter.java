package org.semblance.json;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Writes the values of {@link Json} as text. */
final class JsonWriter {
    /** Longest array or object that pretty text keeps on one line, if it holds no other object. */
    private static final int ONE_LINE = 200;

    private final StringBuilder out = new StringBuilder();

    private JsonWriter() {}

    static String compact(Object value) {
        JsonWriter writer = new JsonWriter();
        writer.line(value, ",", ":");
        return writer.out.toString();
    }

    static String pretty(Object value) {
        JsonWriter writer = new JsonWriter();
        writer.block(value, "\n");
        return writer.out.append('\n').toString();
    }

    private void block(Object value, String indent) {
        if (fitsOneLine(value)) {
            line(value, ", ", ": ");
        } else if (value instanceof Map<?, ?> map) {
            blockObject(map, indent + "  ");
            out.append(indent).append('}');
        } else {
            blockArray((List<?>) value, indent + "  ");
            out.append(indent).append(']');
        }
    }

    private void blockObject(Map<?, ?> map, String indent) {
        String before = "{";
        for (Map.Entry<?, ?> member : map.entrySet()) {
            out.append(before).append(indent);
            string((String) member.getKey());
            out.append(": ");
            block(member.getValue(), indent);
            before = ",";
        }
    }

    private void blockArray(List<?> list, String indent) {
        String before = "[";
        for (Object element : list) {
            out.append(before).append(indent);
            block(element, indent);
            before = ",";
        }
    }

    private void line(Object value, String comma, String colon) {
        if (value instanceof Map<?, ?> map) {
            lineObject(map, comma, colon);
        } else if (value instanceof List<?> list) {
            lineArray(list, comma, colon);
        } else if (value instanceof String text) {
            string(text);
        } else {
            out.append(value == Json.Null.NULL ? "null" : value);
        }
    }

    private void lineObject(Map<?, ?> map, String comma, String colon) {
        out.append('{');
        for (Iterator<? extends Map.Entry<?, ?>> i = map.entrySet().iterator(); i.hasNext(); ) {
            Map.Entry<?, ?> member = i.next();
            string((String) member.getKey());
            out.append(colon);
            line(member.getValue(), comma, colon);
            out.append(i.hasNext() ? comma : "");
        }
        out.append('}');
    }

    private void lineArray(List<?> list, String comma, String colon) {
        out.append('[');
        for (Iterator<?> i = list.iterator(); i.hasNext(); ) {
            line(i.next(), comma, colon);
            out.append(i.hasNext() ? comma : "");
        }
        out.append(']');
    }

    private void string(String text) {
        out.append('"')
                .append(JsonStringEncoder.getInstance().quoteAsString(text))
                .append('"');
    }

    private static boolean fitsOneLine(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.values().stream().noneMatch(JsonWriter::hasObject) && isShort(value);
        }
        if (value instanceof List<?> list) {
            return list.stream().noneMatch(JsonWriter::hasObject) && isShort(value);
        }
        return true;
    }

    private static boolean hasObject(Object value) {
        return value instanceof Map
                || value instanceof List<?> list && list.stream().anyMatch(JsonWriter::hasObject);
    }

    private static boolean isShort(Object value) {
        return compact(value).length() <= ONE_LINE;
    }
}

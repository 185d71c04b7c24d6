package org.semblance.weights.numpy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.semblance.weights.StoredType;

/**
 * What an array says of itself: a Python literal of three entries, in any order, as the format asks of readers.
 *
 * @param type of the elements
 * @param order of the bytes of an element
 * @param fortran whether the first axis varies fastest
 * @param dims extents
 */
record NpyHeader(StoredType type, ByteOrder order, boolean fortran, int[] dims) {
    private static final int MOST_AXES = 32;
    private static final Pattern ENTRY = Pattern.compile("\\s*(['\"])(descr|fortran_order|shape)\\1\\s*:\\s*"
            + "('[^']*'|\"[^\"]*\"|True|False|\\([0-9L,\\s]*\\))\\s*(,|$)");

    /** Reads the text of a header. @throws IOException if it is another literal, or not of plain numbers */
    static NpyHeader parse(String text) throws IOException {
        String literal = text.strip();
        if (!literal.startsWith("{") || !literal.endsWith("}")) {
            throw unknown();
        }
        String inside = literal.substring(1, literal.length() - 1).strip();
        Map<String, String> entries = new HashMap<>();
        Matcher entry = ENTRY.matcher(inside);
        int at = 0;
        while (at < inside.length()) {
            if (!entry.find(at) || entry.start() != at || entries.put(entry.group(2), entry.group(3)) != null) {
                throw unknown();
            }
            at = entry.end();
        }
        return of(
                entries.getOrDefault("descr", ""),
                entries.getOrDefault("fortran_order", ""),
                entries.getOrDefault("shape", ""));
    }

    private static NpyHeader of(String descr, String fortran, String shape) throws IOException {
        boolean complete = descr.length() > 2
                && "'\"".indexOf(descr.charAt(0)) >= 0
                && (fortran.equals("True") || fortran.equals("False"))
                && shape.startsWith("(");
        if (!complete) {
            throw unknown();
        }
        String code = descr.substring(1, descr.length() - 1);
        StoredType type = StoredType.ofNumpy(code.substring(1));
        if (type == null || "<>|=".indexOf(code.charAt(0)) < 0) {
            throw new IOException("elements must be numbers, got '" + code
                    + (code.contains("O") ? "': objects are pickles and are not read" : "'"));
        }
        ByteOrder order = code.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        return new NpyHeader(type, order, fortran.equals("True"), dims(shape.substring(1, shape.length() - 1)));
    }

    private static int[] dims(String text) throws IOException {
        String plain = text.replace("L", "").replaceAll("\\s", "");
        String[] parts = plain.isEmpty() ? new String[0] : plain.split(",");
        int[] dims = new int[parts.length];
        for (int i = 0; i < dims.length; i++) {
            try {
                dims[i] = Integer.parseInt(parts[i]);
            } catch (NumberFormatException e) {
                throw new IOException("extents must be from 0 to 2^31, got '" + parts[i] + "'", e);
            }
        }
        if (dims.length > MOST_AXES) {
            throw new IOException("an array has at most " + MOST_AXES + " axes, got " + dims.length);
        }
        return dims;
    }

    private static IOException unknown() {
        return new IOException("a header must state descr, fortran_order and shape of plain numbers, got another");
    }
}

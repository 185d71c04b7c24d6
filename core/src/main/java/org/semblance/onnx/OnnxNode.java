package org.semblance.onnx;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a graph.
 *
 * @param operator kind, such as {@code Conv}
 * @param domain empty for ONNX' own operators
 * @param name for messages, may be empty
 * @param inputs names of the values it reads; empty where an optional one is left out
 * @param outputs names of the values it makes; empty where one is left out
 * @param attributes settings by name
 */
record OnnxNode(
        String operator,
        String domain,
        String name,
        List<String> inputs,
        List<String> outputs,
        Map<String, OnnxAttribute> attributes) {

    /** The operator with its domain, which ONNX' own do not name. */
    String fullName() {
        return domain.isEmpty() ? operator : domain + ":" + operator;
    }

    /** The name of an input, empty if it is left out. */
    String input(int index) {
        return index < inputs.size() ? inputs.get(index) : "";
    }

    long integer(String key, long otherwise) {
        OnnxAttribute a = attributes.get(key);
        return a == null ? otherwise : a.integer();
    }

    float number(String key, float otherwise) {
        OnnxAttribute a = attributes.get(key);
        return a == null ? otherwise : a.number();
    }

    String text(String key, String otherwise) {
        OnnxAttribute a = attributes.get(key);
        return a == null ? otherwise : a.text();
    }

    boolean flag(String key, boolean otherwise) {
        return integer(key, otherwise ? 1 : 0) != 0;
    }

    /** A list of whole numbers, or null. */
    int @Nullable [] integers(String key) {
        OnnxAttribute a = attributes.get(key);
        return a == null ? null : HostValue.list(a.numbers()).ints();
    }

    /** A list of whole numbers of this length. */
    int[] integers(String key, int... otherwise) {
        int[] found = integers(key);
        if (found != null && found.length != otherwise.length) {
            throw new IllegalArgumentException(
                    key + " must have " + otherwise.length + " numbers, got " + found.length);
        }
        return found == null ? otherwise : found;
    }

    /** {@code Conv 'name'}. */
    String title() {
        String known = !name.isEmpty() ? name : outputs.isEmpty() ? "" : outputs.get(0);
        return operator + " '" + known + "'";
    }
}

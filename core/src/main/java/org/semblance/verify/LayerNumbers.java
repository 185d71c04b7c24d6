package org.semblance.verify;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keras numbers layers of a kind through a session; files of the same network differ in where they begin. */
final class LayerNumbers {
    private static final Pattern LAYER = Pattern.compile("([a-z][a-z0-9_]*?)(?:_([0-9]{1,8}))?(/.*)");

    private LayerNumbers() {}

    /** For each name the same with the layers of its kind numbered from 0, in order; the one without a number first. */
    static Map<String, String> fromZero(Collection<String> names) {
        Map<String, TreeMap<Integer, Integer>> kinds = new LinkedHashMap<>();
        for (String name : names) {
            Matcher m = LAYER.matcher(name);
            if (m.matches()) {
                kinds.computeIfAbsent(m.group(1), k -> new TreeMap<>()).put(number(m), 0);
            }
        }
        for (TreeMap<Integer, Integer> numbers : kinds.values()) {
            int next = 0;
            for (Map.Entry<Integer, Integer> e : numbers.entrySet()) {
                e.setValue(next++);
            }
        }
        Map<String, String> renamed = new LinkedHashMap<>();
        for (String name : names) {
            Matcher m = LAYER.matcher(name);
            if (m.matches()) {
                renamed.put(name, m.group(1) + "#" + kinds.get(m.group(1)).get(number(m)) + m.group(3));
            }
        }
        return renamed;
    }

    private static int number(Matcher m) {
        return m.group(2) == null ? -1 : Integer.parseInt(m.group(2));
    }
}

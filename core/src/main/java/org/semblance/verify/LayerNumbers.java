package org.semblance.verify;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keras numbers layers of a kind through a session; files of the same network differ in where they begin. */
final class LayerNumbers {
    private static final Pattern LAYER = Pattern.compile("([a-z][a-z0-9_]*?)(?:_([0-9]{1,8}))?(/.*)");

    private LayerNumbers() {}

    /** For each name the same with the layers of its kind numbered from 0, in order; the one without a number first. */
    static Map<String, String> fromZero(Collection<String> names) {
        Map<String, TreeSet<Integer>> kinds = new LinkedHashMap<>();
        for (String name : names) {
            Matcher m = LAYER.matcher(name);
            if (m.matches()) {
                kinds.computeIfAbsent(m.group(1), k -> new TreeSet<>()).add(number(m));
            }
        }
        Map<String, String> renamed = new LinkedHashMap<>();
        for (String name : names) {
            Matcher m = LAYER.matcher(name);
            if (m.matches()) {
                TreeSet<Integer> numbers = kinds.getOrDefault(m.group(1), new TreeSet<>());
                int place = numbers.headSet(number(m)).size();
                renamed.put(name, m.group(1) + "#" + place + m.group(3));
            }
        }
        return renamed;
    }

    private static int number(Matcher m) {
        return m.group(2) == null ? -1 : Integer.parseInt(m.group(2));
    }
}

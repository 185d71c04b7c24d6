package org.semblance.weights.naming;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A name with whole numbers in braces: {@code convs.{2j+1}.conv.weight} matches odd numbers and gives j, and
 * {@code synthesis.b{8<<j}.conv1.weight} is written with them. A star matches anything. In a name that is read, a
 * variable in two places must have one value.
 */
final class NamePattern {
    private static final Pattern HOLE = Pattern.compile("\\{(?:(\\d+)<<)?(\\d*)([a-z])([+-]\\d+)?\\}");

    private final List<Hole> holes = new ArrayList<>();
    private final List<String> literals = new ArrayList<>();
    private final Pattern pattern;

    /** {@code times * variable + plus}, or {@code base << that}. */
    private record Hole(int base, int times, char variable, int plus) {
        long value(Map<Character, Integer> values) {
            int v = Objects.requireNonNull(values.get(variable), "a table's name uses a variable that is not read");
            int linear = times * v + plus;
            return base == 0 ? linear : (long) base << linear;
        }
    }

    NamePattern(String text) {
        Matcher m = HOLE.matcher(text);
        StringBuilder regex = new StringBuilder();
        int end = 0;
        while (m.find()) {
            literal(text.substring(end, m.start()), regex);
            regex.append("(0|[1-9]\\d{0,5})");
            holes.add(new Hole(
                    m.group(1) == null ? 0 : Integer.parseInt(m.group(1)),
                    m.group(2).isEmpty() ? 1 : Integer.parseInt(m.group(2)),
                    m.group(3).charAt(0),
                    m.group(4) == null ? 0 : Integer.parseInt(m.group(4))));
            end = m.end();
        }
        literal(text.substring(end), regex);
        pattern = Pattern.compile(regex.toString());
    }

    private void literal(String text, StringBuilder regex) {
        literals.add(text);
        for (String part : text.split("(?<=\\*)|(?=\\*)")) {
            regex.append(part.equals("*") ? ".*" : Pattern.quote(part));
        }
    }

    /** The variables of a name, or null if it does not match. */
    @Nullable
    Map<Character, Integer> match(String name) {
        Matcher m = pattern.matcher(name);
        if (!m.matches()) {
            return null;
        }
        Map<Character, Integer> values = new HashMap<>();
        for (int i = 0; i < holes.size(); i++) {
            Hole hole = holes.get(i);
            int rest = Integer.parseInt(m.group(i + 1)) - hole.plus();
            if (rest < 0 || rest % hole.times() != 0) {
                return null;
            }
            Integer before = values.put(hole.variable(), rest / hole.times());
            if (before != null && before != rest / hole.times()) {
                return null;
            }
        }
        return values;
    }

    /** The name with these variables, or null if a number in it is out of range. */
    @Nullable
    String format(Map<Character, Integer> values) {
        StringBuilder name = new StringBuilder(literals.get(0));
        for (int i = 0; i < holes.size(); i++) {
            long value = holes.get(i).value(values);
            if (value < 0 || value > 1 << 20) {
                return null;
            }
            name.append(value).append(literals.get(i + 1));
        }
        return name.toString();
    }
}

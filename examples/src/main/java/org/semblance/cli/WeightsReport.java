package org.semblance.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.semblance.weights.Weights;

/**
 * A set of tensors in words.
 *
 * @param weights the tensors
 */
record WeightsReport(Weights weights) {
    private static final int MOST_NOTES = 20;
    private static final int LONGEST = 300;
    private static final int WIDEST = 80;
    private static final int MOST_TENSORS = 5000;

    /** Counts, types, metadata. */
    List<String> summary() {
        List<String> lines = new ArrayList<>();
        TreeSet<String> types = new TreeSet<>();
        weights.names().forEach(name -> types.add(weights.storedType(name).name()));
        lines.add(String.format(
                Locale.ROOT,
                "  %d tensors, %,d elements, %s",
                weights.names().size(),
                elements(),
                String.join(" ", types)));
        weights.metadata().entrySet().stream()
                .limit(MOST_NOTES)
                .forEach(e -> lines.add("  " + printable(e.getKey()) + " = " + printable(e.getValue())));
        if (weights.metadata().size() > MOST_NOTES) {
            lines.add("  and " + (weights.metadata().size() - MOST_NOTES) + " notes more");
        }
        return lines;
    }

    /** A line per tensor, of so many as anybody may read. */
    List<String> tensors() {
        int width = weights.names().stream()
                .mapToInt(name -> Math.min(WIDEST, printable(name).length()))
                .max()
                .orElse(0);
        int more = weights.names().size() - MOST_TENSORS;
        Stream<String> last = more > 0 ? Stream.of("  and " + more + " tensors more") : Stream.of();
        return Stream.concat(
                        weights.names().stream()
                                .limit(MOST_TENSORS)
                                .map(name -> String.format(
                                        "  %-" + Math.max(1, width) + "s  %-4s  %s",
                                        printable(name),
                                        weights.storedType(name),
                                        weights.shape(name))),
                        last)
                .toList();
    }

    /** What the file says of its licence, and what follows if it says nothing. */
    String licence() {
        return licence(weights.metadata());
    }

    /** What notes say of a licence, and what follows if they say nothing. */
    static String licence(Map<String, String> notes) {
        for (Map.Entry<String, String> entry : notes.entrySet()) {
            if (entry.getKey().toLowerCase(Locale.ROOT).matches("licen[cs]e")) {
                return printable(entry.getValue());
            }
        }
        return "not stated in the file; weights keep the licence under which their authors published them";
    }

    private long elements() {
        return weights.names().stream()
                .mapToLong(name -> weights.shape(name).count())
                .sum();
    }

    /** Text of a file, without what would play tricks on a terminal, and not too long. */
    static String printable(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > LONGEST ? plain.substring(0, LONGEST) + "..." : plain;
    }

    /** A size in words. */
    static String bytes(long count) {
        return count < 10_000
                ? count + " bytes"
                : String.format(
                        Locale.ROOT,
                        count < 10_000_000 ? "%.0f kB" : "%.1f MB",
                        count < 10_000_000 ? count / 1e3 : count / 1e6);
    }
}

package org.semblance.bench.gpu;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.semblance.bench.Spread;
import org.semblance.json.Json;

/**
 * Markdown from the results of {@link GpuCompareMain}. A figure is the median over turns of the median device time; the
 * peer's is that of its fastest way.
 *
 * <p>Results are {@code {machine, rows}}; a row has {@code row}, {@code floor_ms}, {@code semblance} (a list of turns,
 * each with {@code device_ms}, {@code host_ms} and {@code enqueue_ms}), {@code peer} (the same with {@code mode} and
 * {@code rgb}, or an {@code error}), {@code relative_error} (of our pictures or gradient from our float32) and, if
 * something failed, {@code error} or {@code peer_error}.
 */
final class GpuTable {
    private static final String HEAD = "| work | batch | Semblance ms | images/s | floor ms | times the floor |"
            + " PyTorch ms | its way | ratio | required | met |\n|---|--:|--:|--:|--:|--:|--:|---|--:|---|---|\n";
    private static final String MORE = "| work | batch | host ms, done | host ms, queued | from float32 |"
            + " PyTorch eager | graph | compile | tuned | its host ms | from float32 |\n"
            + "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n";
    private static final List<String> MODES = List.of("eager", "graph", "compile", "tuned");

    private GpuTable() {}

    /** The table of README. */
    static String of(Json results) {
        StringBuilder text = new StringBuilder(HEAD);
        results.get("rows").elements().forEach(row -> text.append(line(row)).append('\n'));
        return text.toString();
    }

    /** A page for {@code bench/results}: the machine, both tables, what failed. */
    static String page(Json results) {
        StringBuilder text = new StringBuilder("# Generators on a GPU\n\n");
        Json machine = results.get("machine");
        for (String key : machine.keys()) {
            Json fact = machine.get(key);
            text.append("- ").append(key).append(": ").append(plain(fact)).append('\n');
        }
        text.append("\nMedians of device time in milliseconds.\n\n").append(of(results));
        text.append("\nHost time, accuracy, and the peer's ways (device ms).\n\n")
                .append(MORE);
        results.get("rows").elements().forEach(row -> text.append(details(row)).append('\n'));
        return text.append(failures(results)).toString();
    }

    private static String plain(Json fact) {
        return fact.isString() ? fact.asString() : fact.compact();
    }

    /** A row of {@link #of}. */
    static String line(Json result) {
        GpuRow row = GpuRow.of(result.get("row").asString());
        double ours = ours(result, "device_ms");
        double floor = result.get("floor_ms").asDouble();
        Optional<Way> peer = ways(result).stream().min(Comparator.comparingDouble(Way::device));
        double theirs = peer.map(Way::device).orElse(Double.NaN);
        return cells(
                row.title(),
                Integer.toString(row.batch()),
                number("%.3f", ours),
                number("%.0f", 1e3 * row.batch() / ours),
                number("%.3f", floor),
                number("%.2f", ours / floor),
                number("%.3f", theirs),
                peer.map(Way::mode).orElse(""),
                number("%.2f", ours / theirs),
                required(row),
                met(row, ours, theirs));
    }

    private static String required(GpuRow row) {
        String ratio = String.format(Locale.ROOT, "ratio %.1f", row.requiredRatio());
        return Double.isInfinite(row.requiredMillis())
                ? ratio
                : String.format(Locale.ROOT, "%.1f ms, %s", row.requiredMillis(), ratio);
    }

    /* Says yes only where both bounds could be checked; no where one is broken. */
    private static String met(GpuRow row, double ours, double theirs) {
        if (ours > row.requiredMillis() || ours > row.requiredRatio() * theirs) {
            return "no";
        }
        return Double.isNaN(ours) || Double.isNaN(theirs) ? "" : "yes";
    }

    private static String details(Json result) {
        GpuRow row = GpuRow.of(result.get("row").asString());
        List<Way> ways = ways(result);
        List<String> cells = new ArrayList<>();
        cells.add(row.title());
        cells.add(Integer.toString(row.batch()));
        cells.add(number("%.3f", ours(result, "host_ms")));
        cells.add(number("%.3f", ours(result, "enqueue_ms")));
        cells.add(number("%.1e", error(result)));
        for (String mode : MODES) {
            cells.add(number("%.3f", fastest(ways, mode)));
        }
        Optional<Way> best = ways.stream().min(Comparator.comparingDouble(Way::device));
        cells.add(number("%.3f", best.map(Way::host).orElse(Double.NaN)));
        cells.add(number("%.1e", best.map(Way::error).orElse(Double.NaN)));
        return cells(cells.toArray(String[]::new));
    }

    private static double fastest(List<Way> ways, String mode) {
        return ways.stream()
                .filter(way -> way.mode.equals(mode))
                .mapToDouble(Way::device)
                .min()
                .orElse(Double.NaN);
    }

    private static String failures(Json results) {
        StringBuilder text = new StringBuilder();
        for (Json row : results.get("rows").elements()) {
            String name = row.get("row").asString();
            row.find("error").ifPresent(e -> text.append("- ours, %s: %s%n".formatted(name, e.asString())));
            row.find("peer_error").ifPresent(e -> text.append("- peer, %s%n".formatted(e.asString())));
            for (Json peer : row.get("peer").elements()) {
                String way = peer.get("mode").asString() + " " + peer.get("rgb").asString();
                peer.find("error")
                        .ifPresent(e -> text.append("- peer, %s, %s: %s%n".formatted(name, way, e.asString())));
            }
        }
        return text.isEmpty() ? "" : "\nNot measured:\n\n" + text;
    }

    private static double ours(Json result, String what) {
        return medianOf(result.get("semblance").elements(), what);
    }

    private static double medianOf(List<Json> turns, String what) {
        return turns.isEmpty()
                ? Double.NaN
                : Spread.median(turns.stream()
                        .mapToDouble(turn -> turn.get(what).get("median").asDouble())
                        .toArray());
    }

    private static double error(Json result) {
        return result.find("relative_error").map(Json::asDouble).orElse(Double.NaN);
    }

    /** One way in which the peer did a row: the mode and its writing, medians over turns. */
    private record Way(String mode, String rgb, double device, double host, double error) {}

    private static List<Way> ways(Json result) {
        List<Json> done = result.get("peer").elements().stream()
                .filter(turn -> !turn.has("error"))
                .toList();
        return done.stream()
                .map(turn ->
                        List.of(turn.get("mode").asString(), turn.get("rgb").asString()))
                .distinct()
                .map(key -> way(done, key.get(0), key.get(1)))
                .toList();
    }

    private static Way way(List<Json> done, String mode, String rgb) {
        List<Json> turns = done.stream()
                .filter(turn -> turn.get("mode").asString().equals(mode))
                .filter(turn -> turn.get("rgb").asString().equals(rgb))
                .toList();
        return new Way(mode, rgb, medianOf(turns, "device_ms"), medianOf(turns, "host_ms"), error(turns.get(0)));
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
    }

    private static String cells(String... cells) {
        return "| " + String.join(" | ", cells) + " |";
    }
}

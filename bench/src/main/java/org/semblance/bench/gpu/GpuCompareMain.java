package org.semblance.bench.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.backend.Device;
import org.semblance.json.Json;

/**
 * Measures generators on a GPU beside PyTorch on the same GPU, in turns, and prints each row as it comes. After every
 * row {@code DATE-NAME.json} and {@code DATE-NAME.md} are written, so that a run that is cut off leaves what it has.
 *
 * <pre>{@code
 * GpuCompareMain [--out DIR] [--name NAME] [--rows ROW,...] [--seconds S] [--limit S] [--device cuda|cpu]
 *                [--peer bench/peers/stylegan2_torch.py | none] [--python python3] [--modes eager,graph,compile]
 * GpuCompareMain --table RESULTS.json
 * }</pre>
 *
 * {@code --seconds} is how long each is measured at a time, {@code --limit} how long the whole may take. What is left
 * of
 * it after all rows goes to the peer's slowest preparation, {@code tuned}.
 */
public final class GpuCompareMain {
    private static final List<String> KNOWN = List.of(
            "--out",
            "--name",
            "--rows",
            "--seconds",
            "--limit",
            "--device",
            "--peer",
            "--python",
            "--modes",
            "--table");

    /** Seconds kept for each row still to come, and that one row's peer may take. */
    private static final double RESERVE = 8;

    private static final double PEER_LIMIT = 130;
    private static final double TUNED_LEAST = 45;

    private final long start = System.nanoTime();
    private final Options options;
    private final double limit;
    private final double seconds;
    private final List<GpuRow> rows;
    private final Device device;
    private final Path out;
    private final String name;
    private final Map<String, Object> head;
    private final Map<GpuRow, Map<String, Object>> results = new LinkedHashMap<>();

    private GpuCompareMain(Options options, String command) throws IOException {
        this.options = options;
        limit = options.positive("--limit", 430);
        seconds = options.positive("--seconds", 1);
        rows = rows(options);
        device = Device.named(options.text("--device", "cuda"));
        out = Files.createDirectories(Path.of(options.text("--out", ".")));
        name = LocalDate.now(ZoneOffset.UTC) + "-" + options.text("--name", "generator");
        head = Machine.facts(device, command);
    }

    static List<GpuRow> rows(Options options) {
        return options.has("--rows")
                ? options.list("--rows", "").stream().map(GpuRow::of).toList()
                : GpuRow.all();
    }

    /** See above. */
    public static void main(String[] args) throws IOException {
        Options options = Options.of(KNOWN, args);
        if (options.has("--table")) {
            System.out.print(GpuTable.of(Json.parse(Path.of(options.text("--table", "")))));
        } else {
            new GpuCompareMain(options, String.join(" ", args)).run();
        }
    }

    private void run() throws IOException {
        try (GpuSession session = new GpuSession(device, seconds, peer())) {
            List<String> modes = options.list("--modes", "eager,graph,compile");
            for (int i = 0; i < rows.size(); i++) {
                double forPeer = Math.min(PEER_LIMIT, left() - RESERVE * (rows.size() - i));
                keep(rows.get(i), session.measure(rows.get(i), modes, Math.max(1, forPeer)));
            }
            for (int i = 0; i < rows.size() && left() > TUNED_LEAST && session.can("tuned"); i++) {
                keep(rows.get(i), session.measure(rows.get(i), List.of("tuned"), left() - 2 * RESERVE));
            }
        }
        System.out.print("\n" + GpuTable.of(json()));
        if (head.containsKey("peer_error")) {
            throw new IOException("compare: there was no peer: " + head.get("peer_error"));
        }
    }

    private double left() {
        return limit - (System.nanoTime() - start) / 1e9;
    }

    private @Nullable TorchPeer peer() throws IOException {
        String script = options.text("--peer", "bench/peers/stylegan2_torch.py");
        if (script.equals("none")) {
            return null;
        }
        String kind = device.name().startsWith("cuda") ? "cuda" : "cpu";
        List<String> command = List.of(options.text("--python", "python3"), script, "--serve", "--device", kind);
        try {
            TorchPeer peer = new TorchPeer(command, out.resolve(name + ".peer.log"), 120);
            head.put("peer", peer.hello());
            return peer;
        } catch (IOException e) {
            System.out.println("no peer: " + e.getMessage());
            head.put("peer_error", String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** Adds to what is known of the row, prints it and writes everything. */
    private void keep(GpuRow row, Map<String, Object> result) throws IOException {
        results.merge(row, result, GpuCompareMain::joined);
        System.out.println(GpuTable.line(Json.of(results.get(row))));
        Files.writeString(out.resolve(name + ".json"), json().pretty());
        Files.writeString(out.resolve(name + ".md"), GpuTable.page(json()));
    }

    private static Map<String, Object> joined(Map<String, Object> first, Map<String, Object> second) {
        Map<String, Object> both = new LinkedHashMap<>(first);
        second.forEach((key, value) -> both.merge(key, value, GpuCompareMain::lists));
        return both;
    }

    private static Object lists(Object first, Object second) {
        if (first instanceof List<?> a && second instanceof List<?> b) {
            List<Object> both = new ArrayList<>(a);
            both.addAll(b);
            return both;
        }
        return second;
    }

    private Json json() {
        return Json.of(Map.of("machine", head, "rows", List.copyOf(results.values())));
    }
}

package org.semblance.bench.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.semblance.backend.Device;
import org.semblance.json.Json;

/**
 * Measures generators on a GPU beside PyTorch on the same GPU, in turns, and prints each row as it comes. PyTorch's rows
 * get ready side by side, each in a process of its own, as many as fit into memory, while nothing is measured. After every
 * row {@code DATE-NAME.json} and {@code DATE-NAME.md} are written, so that a run that is cut off leaves what it has.
 *
 * <pre>{@code
 * GpuCompareMain [--out DIR] [--name NAME] [--rows ROW,...] [--seconds S] [--limit S] [--device cuda|cpu]
 *                [--peer bench/peers/stylegan2_torch.py | none] [--python python3] [--modes compile,graph,eager,tuned]
 * GpuCompareMain --table RESULTS.json
 * }</pre>
 *
 * {@code --seconds} is how long each is measured at a time, {@code --limit} how long the whole may take.
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

    /** Seconds kept for each row still to be measured, beside five times {@code --seconds}. */
    private static final double RESERVE = 3;

    /** How many rows more a group would take as long to get ready as it does with none. */
    private static final double ALONE = 3;

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
        seconds = options.positive("--seconds", 0.5);
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
        String script = options.text("--peer", "bench/peers/stylegan2_torch.py");
        try (GpuSession session = new GpuSession(device, seconds)) {
            if (script.equals("none")) {
                for (GpuRow row : rows) {
                    keep(row, session.measure(row, null));
                }
            } else {
                beside(session, command(script));
            }
        }
        System.out.print("\n" + GpuTable.of(json()));
        if (!script.equals("none") && !head.containsKey("peer")) {
            throw new IOException("compare: no peer started; see " + out);
        }
    }

    private void beside(GpuSession session, List<String> command) throws IOException {
        List<String> modes = options.list("--modes", "compile");
        List<List<GpuRow>> groups = GpuRow.groups(rows);
        for (int i = 0; i < groups.size(); i++) {
            List<GpuRow> group = groups.get(i);
            try (HeldPeers peers = session.peers(group, command, out, modes, forPeers(groups, i))) {
                peers.hello().ifPresent(hello -> head.put("peer", hello));
                for (GpuRow row : group) {
                    keep(row, session.measure(row, peers));
                }
            }
        }
    }

    /** Seconds in which the peers of a group may get ready: of what measuring leaves, its share by rows. */
    private double forPeers(List<List<GpuRow>> groups, int index) {
        List<List<GpuRow>> coming = groups.subList(index, groups.size());
        int rowsLeft = coming.stream().mapToInt(List::size).sum();
        double each = RESERVE + 5 * seconds;
        double spare = left() - rowsLeft * each - TorchPeer.GRACE * coming.size();
        double share = (ALONE + groups.get(index).size()) / (ALONE * coming.size() + rowsLeft);
        return Math.max(1, spare * share);
    }

    private double left() {
        return limit - (System.nanoTime() - start) / 1e9;
    }

    private List<String> command(String script) {
        String kind = device.name().startsWith("cuda") ? "cuda" : "cpu";
        return List.of(options.text("--python", "python3"), script, "--device", kind);
    }

    /** Prints what is known of the row and writes everything. */
    private void keep(GpuRow row, Map<String, Object> result) throws IOException {
        results.put(row, result);
        System.out.println(GpuTable.line(Json.of(result)));
        Files.writeString(out.resolve(name + ".json"), json().pretty());
        Files.writeString(out.resolve(name + ".md"), GpuTable.page(json()));
    }

    private Json json() {
        return Json.of(Map.of("machine", head, "rows", List.copyOf(results.values())));
    }
}

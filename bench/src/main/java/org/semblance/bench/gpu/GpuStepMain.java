package org.semblance.bench.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.json.Json;

/**
 * Times training steps: heads64 as {@code semblance train} runs it, with its settings and data but fewer heads, so that
 * drawing them is soon over, from heads alone too ({@link TimedTraining}); and the paper's step at 256x256. A row is
 * NAME-bBATCH-PRECISION, with {@code -anew} behind it for steps that are not recorded. Ends with 1 if a row could not
 * be measured.
 *
 * <p>With {@code --peer}, rows in bfloat16 are measured beside PyTorch's: ours get ready first, then its processes all
 * at once while ours wait, and when all are, each row is measured in turns: ours, PyTorch's in each way, ours,
 * PyTorch's in its fastest way. The ratio of heads64 is of steps that are not quite the same: the head of {@code
 * step_torch.py} says how they differ.
 *
 * <pre>{@code
 * GpuStepMain [--rows heads64-b64-bf16,paper256-b6-bf16-anew] [--config heads64.json] [--device cuda] [--seconds 10]
 *     [--limit SECONDS] [--peer bench/peers/step_torch.py] [--python python3] [--modes graph,compile] [--out DIR]
 * }</pre>
 */
public final class GpuStepMain {
    private static final List<String> KNOWN =
            List.of("--rows", "--config", "--device", "--seconds", "--limit", "--peer", "--python", "--modes", "--out");
    private static final String ROWS = "heads64-b64-bf16,paper256-b6-bf16,paper256-b16-bf16,heads64set-b64-bf16,"
            + "heads64kept-b64-bf16,heads64-b64-fp32,paper256-b6-fp32,paper256-b6-bf16-anew";

    private final Options options;
    private final Device device;
    private final double seconds;
    private final long end;
    private final Map<String, TimedSteps> ready = new LinkedHashMap<>();
    private boolean failed;

    private GpuStepMain(Options options) {
        this.options = options;
        device = Device.named(options.text("--device", "cuda"));
        seconds = options.positive("--seconds", 10);
        end = System.nanoTime() + (long) (1e9 * options.positive("--limit", 3600));
    }

    /** See above. */
    public static void main(String[] args) throws Exception {
        GpuStepMain main = new GpuStepMain(Options.of(KNOWN, args));
        System.out.println(main.device.backend().description());
        main.run();
        System.exit(main.failed ? 1 : 0);
    }

    private void run() throws Exception {
        List<String> rows = options.list("--rows", ROWS);
        List<String> beside =
                options.has("--peer") ? rows.stream().filter(this::hasPeer).toList() : List.of();
        if (!beside.isEmpty()) {
            beside(beside);
        }
        for (String row : rows) {
            if (!beside.contains(row)) {
                alone(row);
            }
        }
    }

    /** PyTorch's steps are in bfloat16; for dry runs on a CPU, which has none, those in float32 stand beside them. */
    private boolean hasPeer(String row) {
        boolean known = row.startsWith("heads64-") || row.startsWith("paper256-");
        return known && row.endsWith(device.name().startsWith("cuda") ? "-bf16" : "-fp32");
    }

    private double left() {
        return (end - System.nanoTime()) / 1e9;
    }

    private void missed(String row, String reason) {
        System.out.println(row + ": not measured: " + reason);
        failed = true;
    }

    // --- ours alone
    // -------------------------------------------------------------------------------------------------------------

    private void alone(String row) throws Exception {
        if (left() < 0) {
            missed(row, "no time left");
            return;
        }
        try (TimedSteps steps = steps(row)) {
            System.out.println(row + ": " + steps.measure(seconds).text(batch(row)));
        } catch (RuntimeException | IOException e) {
            missed(row, e.toString());
        }
    }

    private TimedSteps steps(String row) throws IOException {
        String[] words = row.split("-");
        Precision precision = GpuRow.precision(words[2]);
        return words[0].startsWith("heads64")
                ? new TimedTraining(
                        device,
                        words[0],
                        Path.of(options.text("--config", "examples/training/heads64.json")),
                        batch(row),
                        precision)
                : new TimedPaperSteps(device, batch(row), precision, words.length > 3);
    }

    private static int batch(String row) {
        return Integer.parseInt(row.split("-")[1].substring(1));
    }

    // --- beside PyTorch
    // ---------------------------------------------------------------------------------------------------------

    private void beside(List<String> rows) throws Exception {
        List<String> modes = options.list("--modes", "graph,compile");
        double turn = seconds * 1.25 + 1;
        double measuring = rows.size() * turn * (3 + modes.size());
        try (HeldPeers peers = peers(rows, modes, measuring)) {
            peers.await(Math.max(1, left() - measuring));
            peers.hello().ifPresent(hello -> System.out.println("PyTorch: " + hello.compact()));
            peers.ways().forEach(way -> System.out.println("PyTorch: " + way.compact()));
            for (String row : rows) {
                inTurns(row, peers);
            }
        } finally {
            ready.forEach(this::close);
        }
    }

    /** Gets ours ready, which trains on the device, and only then starts PyTorch's, which make their trials there. */
    private HeldPeers peers(List<String> rows, List<String> modes, double measuring) throws IOException {
        rows.forEach(this::prepare);
        return new HeldPeers(
                rows.stream().map(GpuStepMain::peerRow).toList(),
                command(),
                Files.createDirectories(Path.of(options.text("--out", "."))),
                (peer, row) -> peer.prepare(row, modes, Math.max(1, left() - measuring - TorchPeer.GRACE)));
    }

    /** {@code paper256-b6-bf16} to {@code paper256-b6}. */
    private static String peerRow(String row) {
        return row.substring(0, row.lastIndexOf('-'));
    }

    private List<String> command() {
        String kind = device.name().startsWith("cuda") ? "cuda" : "cpu";
        return List.of(options.text("--python", "python3"), options.text("--peer", ""), "--device", kind);
    }

    private void prepare(String row) {
        try {
            ready.put(row, steps(row));
        } catch (RuntimeException | IOException e) {
            missed(row, e.toString());
        }
    }

    private void close(String row, TimedSteps steps) {
        try {
            steps.close();
        } catch (Exception e) {
            System.out.println(row + ": not closed: " + e);
            failed = true;
        }
    }

    private void inTurns(String row, HeldPeers peers) throws Exception {
        TimedSteps steps = ready.get(row);
        HeldPeers.@Nullable Ready peer = peers.of(peerRow(row)).orElse(null);
        List<Double> ours = new ArrayList<>();
        List<Json> theirs = new ArrayList<>();
        for (int turn = 0; turn < 2; turn++) {
            if (steps != null) {
                TimedSteps.Figure figure = steps.measure(seconds);
                ours.add(figure.millis());
                System.out.println(row + ": " + figure.text(batch(row)));
            }
            if (peer != null) {
                List<String> modes = theirs.isEmpty()
                        ? peer.modes()
                        : List.of(fastest(theirs).get("mode").asString());
                theirs.addAll(asked(peer.peer(), row, modes));
            }
        }
        String failure = peers.failure(peerRow(row));
        if (failure != null) {
            missed("PyTorch's " + peerRow(row), failure);
        }
        summary(row, ours, theirs);
    }

    /** What was measured. */
    private List<Json> asked(TorchPeer peer, String row, List<String> modes) {
        Map<String, Object> request = Map.of("do", "measure", "row", peerRow(row), "modes", modes, "seconds", seconds);
        try {
            List<Json> results = peer.results(request, 120 + 20 * seconds);
            results.forEach(result -> System.out.println("PyTorch: " + result.compact()));
            return results.stream().filter(way -> way.has("ms")).toList();
        } catch (IOException e) {
            missed("PyTorch's " + peerRow(row), e.toString());
            return List.of();
        }
    }

    /** Both sides' fastest turns, and how many times as fast ours is. */
    private void summary(String row, List<Double> ours, List<Json> theirs) {
        if (theirs.isEmpty()) {
            missed(row + " beside PyTorch", "no way of PyTorch's was measured");
            return;
        }
        if (ours.isEmpty()) {
            return;
        }
        Json best = fastest(theirs);
        double own = ours.stream().min(Double::compare).orElseThrow();
        double other = best.get("ms").asDouble();
        System.out.printf(
                Locale.ROOT,
                "%s beside PyTorch: %.2f ms and %.2f ms (%s), %.1f and %.1f images/s, ratio %.2f%n",
                row,
                own,
                other,
                best.get("mode").asString(),
                1000 * batch(row) / own,
                1000 * batch(row) / other,
                other / own);
    }

    private static Json fastest(List<Json> ways) {
        return ways.stream()
                .min(Comparator.comparingDouble(way -> way.get("ms").asDouble()))
                .orElseThrow();
    }
}

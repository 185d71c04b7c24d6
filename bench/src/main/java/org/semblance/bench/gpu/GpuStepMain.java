package org.semblance.bench.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.semblance.Disentangler;
import org.semblance.Trainer;
import org.semblance.TrainerConfig;
import org.semblance.backend.Counters;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.backend.Recorder;
import org.semblance.bench.Clock;
import org.semblance.json.Json;
import org.semblance.training.TrainingListener;
import org.semblance.training.TrainingProgress;

/**
 * Times training steps: heads64 as {@code semblance train} runs it, with its settings and data but fewer heads, so that
 * drawing them is soon over; and the paper's step at 256x256. A row is NAME-bBATCH-PRECISION, with {@code -anew} behind
 * it for steps that are not recorded. Ends with 1 if a row could not be measured.
 *
 * <pre>{@code
 * GpuStepMain [--rows heads64-b64-bf16,paper256-b6-bf16-anew] [--config heads64.json] [--device cuda] [--seconds 10]
 *     [--limit SECONDS]
 * }</pre>
 */
public final class GpuStepMain {
    private static final List<String> KNOWN = List.of("--rows", "--config", "--device", "--seconds", "--limit");
    private static final String ROWS = "paper256-b6-bf16,paper256-b16-bf16,heads64-b64-bf16,heads64-b64-fp32,"
            + "paper256-b6-fp32,paper256-b6-bf16-anew";

    private static final int HEADS = 1024;

    private final Options options;
    private final Device device;
    private final Clock clock;
    private final double seconds;

    private GpuStepMain(Options options) {
        this.options = options;
        device = Device.named(options.text("--device", "cuda"));
        clock = Clock.of(device);
        seconds = options.positive("--seconds", 10);
    }

    /** See above. */
    public static void main(String[] args) throws Exception {
        GpuStepMain main = new GpuStepMain(Options.of(KNOWN, args));
        System.out.println(main.device.backend().description());
        long end = System.nanoTime() + (long) (1e9 * main.options.positive("--limit", 3600));
        boolean failed = false;
        for (String row : main.options.list("--rows", ROWS)) {
            failed |= System.nanoTime() > end ? missed(row, "no time left") : main.measured(row);
        }
        System.exit(failed ? 1 : 0);
    }

    private static boolean missed(String row, String reason) {
        System.out.println(row + ": not measured: " + reason);
        return true;
    }

    /** Whether it failed. */
    private boolean measured(String row) throws Exception {
        try {
            row(row);
            return false;
        } catch (RuntimeException | IOException e) {
            return missed(row, e.toString());
        }
    }

    private void row(String row) throws Exception {
        String[] words = row.split("-");
        int batch = Integer.parseInt(words[1].substring(1));
        Precision precision = GpuRow.precision(words[2]);
        if (words[0].equals("heads64")) {
            heads64(row, batch, precision);
        } else {
            paper(row, batch, precision, words.length > 3);
        }
    }

    private void paper(String row, int batch, Precision precision, boolean anew) throws Exception {
        Recorder recorder = anew ? work -> work : device.backend().recorder();
        try (PaperStep step = new PaperStep(device, batch, precision, recorder)) {
            for (int i = 0; i < 18; i++) {
                step.run();
            }
            clock.await();
            Counters before = device.backend().counters();
            long start = System.nanoTime();
            double host = 0;
            int steps = 0;
            Clock.Running running = clock.start();
            while (steps < 12 || System.nanoTime() - start < seconds * 1e9) {
                long queued = System.nanoTime();
                for (int i = 0; i < 6; i++) {
                    step.run();
                }
                host += (System.nanoTime() - queued) / 1e6;
                steps += 6;
                if (steps % 24 == 0) {
                    clock.await();
                }
            }
            double millis = running.stop() / steps;
            Counters since = device.backend().counters().since(before);
            print(
                    row,
                    batch,
                    millis,
                    "host ms " + text(host / steps) + ", native calls " + since.nativeCalls() / steps + ", allocations "
                            + since.allocations() / steps + ", loss "
                            + step.losses().total());
        }
    }

    /** The embedded model has no teacher, so there is none here. */
    private void heads64(String row, int batch, Precision precision) throws IOException {
        Path settings = Path.of(options.text("--config", "examples/training/heads64.json"));
        Map<String, Object> run = Map.of(
                "precision",
                precision.name().toLowerCase(Locale.ROOT),
                "reportEvery",
                40,
                "testEvery",
                0,
                "saveEvery",
                0);
        TrainerConfig config = TrainerConfig.of(Json.parse(settings), 64)
                .with(Json.of(Map.of(
                        "batch",
                        batch,
                        "run",
                        run,
                        "data",
                        data(),
                        "schedule",
                        Map.of("steps", 1_000_000),
                        "start",
                        Map.of("attributes", "fresh"),
                        "losses",
                        Map.of("attributeTeacher", 0, "codeClasses", 0))));
        List<Double> speeds = new ArrayList<>();
        Path folder = Files.createTempDirectory("semblance-step");
        try (Trainer trainer = Trainer.start(Disentangler.embeddedModel(), config, device)) {
            long end = System.nanoTime() + (long) (2 * seconds * 1e9);
            trainer.listen(new TrainingListener() {
                @Override
                public void progressed(TrainingProgress progress) {
                    speeds.add(progress.imagesPerSecond());
                    if (System.nanoTime() > end) {
                        trainer.cancel();
                        System.out.println(progress.losses().present());
                    }
                }
            });
            trainer.run(folder);
        }
        System.out.println("images/s, every 40 steps: "
                + speeds.stream().map(s -> Math.round(s)).toList());
        double last = speeds.get(speeds.size() - 1);
        print(row, batch, 1000 * batch / last, "of the last 40 steps, data included");
    }

    /** Few heads, so that all are soon drawn: what is timed is the step. */
    private static Map<String, Object> data() {
        return Map.of(
                "sources",
                List.of(
                        Map.of("kind", "generator", "share", 0.5),
                        Map.of("kind", "heads", "share", 0.5, "distinct", HEADS)));
    }

    private static void print(String row, int batch, double millis, String more) {
        System.out.println(row + ": " + text(millis) + " ms, " + text(1000 * batch / millis) + " images/s; " + more);
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}

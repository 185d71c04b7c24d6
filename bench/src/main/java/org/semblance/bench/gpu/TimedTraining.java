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
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.bench.Spread;
import org.semblance.json.Json;
import org.semblance.training.TrainingListener;
import org.semblance.training.TrainingProgress;

/**
 * heads64 as {@code semblance train} runs it, batches included, with few heads that are all drawn by the first report.
 * The embedded model has no teacher and no known swaps, so there are none here.
 *
 * <p>{@code heads64} takes half of each batch from the generator; {@code heads64set} heads alone, and {@code
 * heads64kept} these too, with what the frozen networks say of them kept.
 */
final class TimedTraining implements TimedSteps {
    private static final int REPORT = 40;
    private static final int HEADS = 256;

    private final Trainer trainer;
    private final Path folder;
    private final List<Double> speeds = new ArrayList<>();
    private long nanos;
    private long end;

    /**
     * Trains until steps are recorded and all heads are drawn.
     *
     * @param kind one of the above
     */
    TimedTraining(Device device, String kind, Path settings, int batch, Precision precision) throws IOException {
        TrainerConfig config =
                TrainerConfig.of(Json.parse(settings), 64).with(Json.of(changes(kind, batch, precision)));
        folder = Files.createTempDirectory("semblance-step");
        try {
            trainer = Trainer.start(Disentangler.embeddedModel(), config, device);
        } catch (IOException | RuntimeException e) {
            Files.delete(folder);
            throw e;
        }
        trainer.listen(new TrainingListener() {
            @Override
            public void progressed(TrainingProgress progress) {
                heard(progress);
            }
        });
        try {
            measure(0);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private static Map<String, Object> changes(String kind, int batch, Precision precision) {
        Map<String, Object> run = Map.of(
                "precision",
                precision.name().toLowerCase(Locale.ROOT),
                "reportEvery",
                REPORT,
                "testEvery",
                0,
                "saveEvery",
                0);
        List<Map<String, Object>> sources = new ArrayList<>();
        if (kind.equals("heads64")) {
            sources.add(Map.of("kind", "generator", "share", 0.5));
        }
        sources.add(Map.of("kind", "heads", "share", 0.5, "distinct", HEADS));
        return Map.of(
                "batch",
                batch,
                "run",
                run,
                "data",
                Map.of("sources", sources, "cachedPictures", kind.equals("heads64kept") ? HEADS : 0),
                "schedule",
                Map.of("steps", 1_000_000),
                "start",
                Map.of("attributes", "fresh"),
                "losses",
                Map.of("attributeTeacher", 0, "codeClasses", 0));
    }

    /** The first report holds what came before the measurement. */
    private void heard(TrainingProgress progress) {
        if (end == 0) {
            end = System.nanoTime() + nanos;
        } else {
            speeds.add(progress.imagesPerSecond());
        }
        if (System.nanoTime() >= end) {
            trainer.cancel();
        }
    }

    @Override
    public Figure measure(double seconds) throws IOException {
        speeds.clear();
        nanos = (long) (1e9 * seconds);
        end = 0;
        trainer.run(folder);
        double rate = speeds.isEmpty()
                ? Double.NaN
                : Spread.median(speeds.stream().mapToDouble(Double::doubleValue).toArray());
        return new Figure(
                1000 * trainer.config().batch() / rate,
                "batches included; images/s every " + REPORT + " steps: "
                        + speeds.stream().map(Math::round).toList());
    }

    @Override
    public void close() throws IOException {
        try (trainer) {
            Files.deleteIfExists(folder.resolve(Trainer.LAST));
            Files.deleteIfExists(folder);
        }
    }
}

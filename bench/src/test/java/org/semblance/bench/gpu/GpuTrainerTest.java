package org.semblance.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.Disentangler;
import org.semblance.Trainer;
import org.semblance.TrainerConfig;
import org.semblance.backend.Device;
import org.semblance.json.Json;
import org.semblance.training.TrainingListener;
import org.semblance.training.TrainingProgress;
import org.semblance.weights.ModelFolder;

/** Runs of heads64 on a GPU with all terms of its settings, in batches of 8 of the generator's pictures. */
@Tag("gpu")
class GpuTrainerTest {
    private static final int STEPS = 12;

    /** The steps before it are anew and recorded, and those after it begin anew once more. */
    private static final int BREAK = 7;

    private final Device device = Device.cuda();

    @TempDir
    private Path folder;

    private static TrainerConfig config(String precision, boolean kept) {
        Map<String, Object> losses = Map.of(
                "perceptual",
                0.5,
                "perceptualStages",
                3,
                "crossPixel",
                3.0,
                "adversarial",
                0.02,
                "moments",
                0.02,
                "regression",
                0.1,
                "leak",
                0.5);
        Map<String, Object> schedule =
                Map.of("crossEvery", 1, "crossShare", 0.5, "adversarialEvery", 1, "steps", STEPS, "warmUp", 4);
        Map<String, Object> run =
                Map.of("precision", precision, "reportEvery", 1, "previewEvery", 0, "testEvery", 0, "saveEvery", 0);
        return TrainerConfig.stable(64)
                .with(Json.of(Map.of(
                        "batch",
                        8,
                        "losses",
                        losses,
                        "schedule",
                        schedule,
                        "run",
                        run,
                        "optimisers",
                        Map.of("clip", 10, "average", 0.999),
                        "data",
                        kept ? heads() : Map.of("sources", List.of(Map.of("kind", "generator", "share", 1.0))))));
    }

    /** Heads of which it is kept what the frozen networks say of them; not all are seen before the break. */
    private static Map<String, Object> heads() {
        return Map.of(
                "sources",
                List.of(Map.of("kind", "heads", "share", 1.0, "distinct", 8 * (BREAK + 2))),
                "cachedPictures",
                1000);
    }

    @ParameterizedTest
    @CsvSource({"float32, false", "bfloat16, false", "float32, true", "bfloat16, true"})
    void resumedEqualsUninterruptedBitForBit(String precision, boolean kept) throws IOException {
        assumeTrue(
                getClass().getResource("/org/semblance/models/heads64/model.json") != null,
                "the embedded model is not here (SEMBLANCE_BUNDLE_MODEL=1 puts it into a bundle)");
        ModelFolder base = Disentangler.embeddedModel();
        TrainerConfig config = config(precision, kept);
        Path whole;
        try (Trainer trainer = Trainer.start(base, config, device)) {
            whole = trainer.run(folder.resolve("whole")).checkpoint();
        }
        Path parts = folder.resolve("parts");
        try (Trainer trainer = Trainer.start(base, config, device)) {
            trainer.listen(new TrainingListener() {
                @Override
                public void progressed(TrainingProgress p) {
                    if (p.step() == BREAK) {
                        trainer.cancel();
                    }
                }
            });
            assertThat(trainer.run(parts).step()).isEqualTo(BREAK);
        }
        try (Trainer trainer = Trainer.resume(parts.resolve(Trainer.LAST), base, device)) {
            assertThat(trainer.run(parts).step()).isEqualTo(STEPS);
        }
        assertThat(Files.mismatch(whole, parts.resolve(Trainer.LAST))).isEqualTo(-1);
        assertThat(device.backend().counters().liveBytes()).isZero();
    }
}

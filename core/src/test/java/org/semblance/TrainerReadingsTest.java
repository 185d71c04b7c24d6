package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.json.Json;
import org.semblance.training.Checkpoint;
import org.semblance.training.SampleSetWriter;
import org.semblance.training.Samples;
import org.semblance.training.TrainingListener;
import org.semblance.training.TrainingProgress;
import org.semblance.weights.ModelFolder;

/** Runs that keep what the frozen networks say of pictures which do not change. */
@ExtendWith(NoLeaks.class)
class TrainerReadingsTest {
    private static final int COUNT = 36;
    private static final int STEPS = 12;

    private final Device device = TestDevice.get();

    @TempDir
    private Path folder;

    private ModelFolder base;

    @BeforeEach
    void writeModelAndSet() throws IOException {
        base = TinyTraining.model(folder.resolve("base"));
        new SampleSetWriter(folder.resolve("set"), 8, 0, "noise", 3, COUNT, 18).write(this::noise, done -> {});
    }

    private SampleSetWriter.Batch noise(long first, int count) {
        float[] levels = new float[count * 3 * 64];
        Random random = new Random(first);
        for (int i = 0; i < levels.length; i++) {
            levels[i] = random.nextInt(256) / 127.5f - 1;
        }
        return new SampleSetWriter.Batch(Samples.pictures(HostArray.of(levels, count, 3, 8, 8), null), Map.of());
    }

    /** Settings whose rows are known swaps and those of another kind, with room for so many pictures. */
    private TrainerConfig config(String others, long room) throws IOException {
        Map<String, Object> plain = new LinkedHashMap<>(Map.of("kind", others, "share", 0.5));
        if (others.equals("set")) {
            plain.put("path", folder.resolve("set").toString());
        }
        Map<String, Object> swaps = Map.of(
                "kind", "swaps", "share", 0.5, "path", folder.resolve("set").toString());
        Map<String, Object> data = Map.of("sources", List.of(plain, swaps), "cachedPictures", room);
        Map<String, Object> losses = Map.of("swap", 1.5, "leak", 0.5, "regression", 0);
        return TinyTraining.config(STEPS).with(Json.of(Map.of("data", data, "losses", losses, "batch", 8)));
    }

    /** Losses of all steps by name, one after another. */
    private List<Map<String, Float>> losses(TrainerConfig config) throws IOException {
        List<Map<String, Float>> all = new ArrayList<>();
        try (Trainer trainer = Trainer.start(base, config, device)) {
            trainer.listen(new TrainingListener() {
                @Override
                public void progressed(TrainingProgress p) {
                    all.add(p.losses().present());
                }
            });
            trainer.run(Files.createTempDirectory(folder, "run"));
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({"set, false", "set, true", "generator, false"})
    void lossesAreThoseOfARunThatKeepsNothing(String others, boolean pairs) throws IOException {
        Json drawn = Json.of(Map.of("data", Map.of("independentPairs", pairs)));
        List<Map<String, Float>> kept = losses(config(others, COUNT).with(drawn));
        List<Map<String, Float>> anew = losses(config(others, 0).with(drawn));

        assertThat(kept).hasSize(STEPS);
        assertThat(kept.get(0))
                .containsKeys("identity", "landmarks", "perceptual", "swap", "leak")
                .containsKeys("attributeTeacher", "identityTeacher");
        for (int step = 0; step < STEPS; step++) {
            assertThat(kept.get(step)).containsOnlyKeys(anew.get(step).keySet());
            for (String name : kept.get(step).keySet()) {
                double expected = anew.get(step).get(name);
                assertThat((double) kept.get(step).get(name))
                        .as(name + " of step " + step)
                        .isCloseTo(expected, within(2e-3 * Math.abs(expected) + 1e-5));
            }
        }
    }

    /** A run that goes on has seen other pictures, in another order, than one that was never interrupted. */
    @ParameterizedTest
    @CsvSource({"set, 5", "set, 1", "generator, 4"})
    void resumedEqualsUninterruptedBitForBit(String others, long interruption) throws IOException {
        TrainerConfig config = config(others, COUNT);
        Path whole = TinyTraining.trained(base, config, folder.resolve("whole"));
        Path parts = folder.resolve("parts");
        try (Trainer trainer = Trainer.start(base, config, device)) {
            trainer.listen(new TrainingListener() {
                        @Override
                        public void progressed(TrainingProgress p) {
                            if (p.step() == interruption) {
                                trainer.cancel();
                            }
                        }
                    })
                    .run(parts);
            assertThat(trainer.step()).isEqualTo(interruption);
        }
        try (Trainer trainer = Trainer.resume(parts.resolve(Trainer.LAST), base, device)) {
            assertThat(trainer.run(parts).step()).isEqualTo(STEPS);
        }
        assertThat(Files.mismatch(whole, parts.resolve(Trainer.LAST))).isEqualTo(-1);
    }

    /** What a version before it wrote. */
    @Test
    void settingsThatDoNotSayKeepNothing() throws IOException {
        Path last = TinyTraining.trained(base, config("generator", 0), folder.resolve("run"));
        Checkpoint now = Checkpoint.read(last);
        Json config = now.state().get("config");
        Map<String, Object> data = new LinkedHashMap<>();
        config.get("data").keys().stream()
                .filter(key -> !key.equals("cachedPictures"))
                .forEach(key -> data.put(key, config.get("data").get(key)));
        Path old = folder.resolve("old");
        new Checkpoint(now.state().with("config", config.with("data", Json.of(data))), now.tensors()).write(old);
        try (Trainer trainer = Trainer.resume(old, base, device)) {
            assertThat(trainer.config().data().cachedPictures()).isZero();
        }
    }
}

package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.semblance.TinyTraining.weights;
import static org.semblance.TinyTraining.with;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.semblance.array.DType;
import org.semblance.image.Image;
import org.semblance.json.Json;
import org.semblance.training.Checkpoint;
import org.semblance.training.NonFiniteLossException;
import org.semblance.training.TestScores;
import org.semblance.training.TrainingListener;
import org.semblance.training.TrainingPreview;
import org.semblance.training.TrainingProgress;
import org.semblance.weights.ModelFolder;

class TrainerTest extends TinyTrainingTest {
    /** Hears everything. */
    private static final class Diary implements TrainingListener {
        final List<TrainingProgress> progress = new ArrayList<>();
        final List<TrainingPreview> previews = new ArrayList<>();
        final List<TestScores> scores = new ArrayList<>();

        @Override
        public void progressed(TrainingProgress p) {
            progress.add(p);
        }

        @Override
        public void previewed(TrainingPreview p) {
            previews.add(p);
        }

        @Override
        public void tested(long step, TestScores s) {
            scores.add(s);
        }

        double total(int from, int to) {
            return progress.subList(from, to).stream()
                    .mapToDouble(p -> p.losses().total())
                    .average()
                    .orElseThrow();
        }
    }

    @Test
    void lossesFallInTwoHundredSteps() throws IOException {
        Diary diary = new Diary();
        TrainerConfig config = with(TinyTraining.config(200), "{\"run\": {\"saveEvery\": 0}}");
        try (Trainer trainer = Trainer.start(base, config, device)) {
            assertThat(trainer.listen(diary).run(folder.resolve("run")).step()).isEqualTo(200);
        }
        assertThat(diary.progress).hasSize(200);
        assertThat(diary.total(180, 200)).isLessThan(0.7 * diary.total(0, 20));
        TrainingProgress end = diary.progress.get(199);
        assertThat(end.skipped()).isZero();
        assertThat(end.losses().present())
                .containsKeys("identity", "landmarks", "pixel", "regression", "adversarial", "penalty")
                .containsKeys("attributeTeacher", "identityTeacher");
    }

    @Test
    void thePaperPresetTrainsOnEveryKindOfStep() throws IOException {
        Diary diary = new Diary();
        TrainerConfig config = with(
                TrainerConfig.paper(8),
                "{\"start\": {\"mapperWidths\": [16, 12], \"discriminatorWidths\": [8]}, \"schedule\": {\"steps\": 6},"
                        + " \"run\": {\"reportEvery\": 1}}");
        try (Trainer trainer = Trainer.start(base, config, device)) {
            trainer.listen(diary).run(folder.resolve("run"));
        }
        for (int step = 0; step < 6; step++) {
            var losses = diary.progress.get(step).losses();
            assertThat(Float.isNaN(losses.pixel()))
                    .as("step " + step + " is cross")
                    .isEqualTo(step % 3 == 0);
            assertThat(Float.isNaN(losses.adversarial())).as("step " + step).isEqualTo(step % 2 == 1);
        }
    }

    @Test
    void resumedEqualsUninterruptedBitForBit() throws IOException {
        Path whole = trained(TinyTraining.config(9), "whole");
        Path parts = folder.resolve("parts");
        try (Trainer trainer = Trainer.start(base, TinyTraining.config(9), device)) {
            trainer.listen(new TrainingListener() {
                @Override
                public void progressed(TrainingProgress p) {
                    if (p.step() == 4) {
                        trainer.cancel();
                    }
                }
            });
            assertThat(trainer.run(parts).step()).isEqualTo(4);
        }
        try (Trainer trainer = Trainer.resume(parts.resolve(Trainer.LAST), base, device)) {
            assertThat(trainer.step()).isEqualTo(4);
            assertThat(trainer.run(parts).step()).isEqualTo(9);
        }
        assertThat(Files.mismatch(whole, parts.resolve(Trainer.LAST))).isEqualTo(-1);
    }

    @Test
    void aPrecisionThatTheDeviceLacksIsRefusedWithTheReason() {
        assumeTrue(device.name().equals("cpu"), "CUDA has it");
        assertThatThrownBy(() -> Trainer.start(
                        base, with(TinyTraining.config(2), "{\"run\": {\"precision\": \"bfloat16\"}}"), device))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("run.precision BFLOAT16 cannot be had on " + device.name());
    }

    @Test
    void anotherSeedIsAnotherRun() throws IOException {
        Path one = trained(TinyTraining.config(2), "one");
        Path two = trained(with(TinyTraining.config(2), "{\"seed\": 5}"), "two");
        String name = "all.mapper.linear1.weight";
        assertThat(weights(one, name)).isNotEqualTo(weights(two, name));
    }

    @Test
    void exportedModelSwaps() throws IOException {
        Path model = folder.resolve("model");
        try (Trainer trainer = Trainer.start(base, TinyTraining.config(3), device)) {
            trainer.run(folder.resolve("run"));
            trainer.export(model, "trained", DType.F32);
        }
        Image grey = Image.filled(8, 8, 0x808080);
        Image before;
        try (Disentangler untrained = Disentangler.load(base, device)) {
            before = untrained.swap(grey, grey);
        }
        try (Disentangler trained = Disentangler.load(model, device)) {
            assertThat(trained.model().name()).isEqualTo("trained");
            assertThat(trained.swap(grey, grey)).isNotEqualTo(before);
        }
    }

    @Test
    void stepsThatAreNotFiniteChangeNothingAndStopTheRun() throws IOException {
        TrainerConfig config = with(
                TinyTraining.config(50),
                "{\"losses\": {\"landmarks\": 1e38}, \"run\": {\"nonFiniteLimit\": 3, \"saveEvery\": 0}}");
        try (Trainer trainer = Trainer.start(base, config, device)) {
            Path first = folder.resolve("first");
            trainer.save(first);
            assertThatThrownBy(() -> trainer.run(folder.resolve("run")))
                    .isInstanceOf(NonFiniteLossException.class)
                    .hasMessageContaining("last 3 steps up to step 3");
            Path then = folder.resolve("then");
            trainer.save(then);
            for (String name : List.of("all.mapper.linear1.weight", "all.discriminator.linear1.weight")) {
                assertThat(weights(then, name)).isEqualTo(weights(first, name));
            }
        }
    }

    @Test
    void stepsThatAreNotFiniteAreSeenBetweenReports() throws IOException {
        TrainerConfig config = with(
                TinyTraining.config(5000),
                "{\"losses\": {\"landmarks\": 1e38}, \"run\": {\"nonFiniteLimit\": 4, \"reportEvery\": 5000,"
                        + " \"saveEvery\": 0}}");
        try (Trainer trainer = Trainer.start(base, config, device)) {
            assertThatThrownBy(() -> trainer.run(folder.resolve("run")))
                    .isInstanceOf(NonFiniteLossException.class)
                    .hasMessageContaining("last 4 steps up to step 4 ");
        }
    }

    /** The first average moves by 0.9 of the way from the first values, which is as far as a good step moved it. */
    @Test
    void averagesStandStillInStepsThatAreNotFinite() throws IOException {
        TrainerConfig good = with(TinyTraining.config(1), "{\"schedule\": {\"warmUp\": 0}}");
        Path last = trained(good, "good");
        Checkpoint one = Checkpoint.read(last);
        Json config = one.state().get("config");
        Json bad = config.with("losses", config.get("losses").with("landmarks", 1e38))
                .with("schedule", config.get("schedule").with("steps", 4));
        Path changed = folder.resolve("changed");
        new Checkpoint(one.state().with("config", bad), one.tensors()).write(changed);
        Path run = folder.resolve("bad");
        try (Trainer trainer = Trainer.resume(changed, base, device)) {
            assertThat(trainer.run(run).step()).isEqualTo(4);
        }
        String name = "average.mapper.linear1.weight";
        assertThat(weights(last, name)).isNotEqualTo(weights(last, "all.mapper.linear1.weight"));
        assertThat(weights(run.resolve(Trainer.LAST), name)).isEqualTo(weights(last, name));
    }

    @Test
    void aTestIsNotTakenAgainByARunThatGoesOn() throws IOException {
        TrainerConfig config = with(TinyTraining.config(4), "{\"run\": {\"testEvery\": 2, \"saveEvery\": 0}}");
        List<Long> steps = new ArrayList<>();
        TrainingTest test = (snapshot, step) -> {
            steps.add(step);
            return new TestScores(step, 1, Map.of("identity", 0.1 * step, "psnr", Double.NaN));
        };
        Path run = folder.resolve("run");
        try (Trainer trainer = Trainer.start(base, config, device).test(test)) {
            trainer.run(run);
        }
        assertThat(steps).containsExactly(0L, 2L, 4L);
        try (Trainer trainer =
                Trainer.resume(run.resolve(Trainer.BEST_IDENTITY), base, device).test(test)) {
            assertThat(trainer.step()).isEqualTo(4);
            trainer.run(folder.resolve("again"));
        }
        try (Trainer trainer =
                Trainer.resume(run.resolve(Trainer.LAST), base, device).test(test)) {
            trainer.run(run);
            trainer.export(folder.resolve("model"), "tested", DType.F32);
        }
        assertThat(steps).hasSize(3);
        Json card = ModelFolder.open(folder.resolve("model")).description();
        assertThat(card.get("metrics").compact()).isEqualTo("{\"step\":4,\"figures\":{\"identity\":0.4}}");
        assertThat(card.get("run").get("seed").asLong()).isEqualTo(config.seed());
        assertThat(card.get("run").get("config")).isEqualTo(config.json());
        assertThat(card.get("run").get("steps").asLong()).isEqualTo(4);
    }

    @Test
    void testsKeepTheBestAndStopTheRun() throws IOException {
        Diary diary = new Diary();
        double[] identities = {0.1, 0.5, 0.4, 0.3, 0.9};
        TrainerConfig config = with(
                TinyTraining.config(50),
                "{\"run\": {\"testEvery\": 2, \"stopAfterTests\": 2, \"previewEvery\": 3, \"saveEvery\": 0}}");
        Path run = folder.resolve("run");
        try (Trainer trainer = Trainer.start(base, config, device)) {
            trainer.listen(diary).test((snapshot, step) -> {
                assertThat(snapshot.resolution()).isEqualTo(8);
                return new TestScores(identities[(int) step / 2], 1, Map.of());
            });
            Trainer.Result result = trainer.run(run);
            assertThat(result.step()).isEqualTo(6);
            assertThat(result.reason()).contains("2 tests in a row");
        }
        assertThat(diary.scores).hasSize(4);
        assertThat(diary.previews).hasSize(2);
        assertThat(diary.previews.get(0).outputs()).hasSize(4);
        assertThat(best(run, Trainer.BEST_IDENTITY)).isEqualTo(2);
        assertThat(best(run, Trainer.BEST_LANDMARKS)).isEqualTo(0);
    }

    private static long best(Path run, String name) throws IOException {
        return Checkpoint.read(run.resolve(name))
                .state()
                .get("progress")
                .get("step")
                .asLong();
    }

    @Test
    void trainsOnRenderedHeadsAndFoldersToo() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        for (int i = 0; i < 5; i++) {
            Image.filled(12, 12, 0x102030 * (i + 1)).writePng(pictures.resolve(i + ".png"));
        }
        String sources = "[{\"kind\": \"generator\", \"share\": 0.5, \"path\": \"\", \"distinct\": 10},"
                + " {\"kind\": \"folder\", \"share\": 0.5, \"path\": \"" + pictures + "\", \"distinct\": 0}]";
        Path last = trained(with(TinyTraining.config(3), "{\"data\": {\"sources\": " + sources + "}}"), "run");
        Json positions = Checkpoint.read(last).state().get("progress").get("positions");
        assertThat(positions.at(0).asLong() + positions.at(1).asLong()).isEqualTo(12);
        assertThat(positions.at(1).asLong()).isPositive();
    }
}

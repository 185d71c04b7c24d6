package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.semblance.TinyTraining.with;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.semblance.json.Json;
import org.semblance.training.Checkpoint;
import org.semblance.training.NonFiniteLossException;
import org.semblance.training.TestScores;
import org.semblance.training.TrainingListener;
import org.semblance.training.TrainingProgress;

/** What is in a run's folder however the run ends, and what it does not do to what was there. */
class TrainerStopsTest extends TinyTrainingTest {
    private static TrainerConfig config(String run) throws IOException {
        return with(TinyTraining.config(6), "{\"run\": {\"saveEvery\": 0" + run + "}}");
    }

    private static long step(Path checkpoint) throws IOException {
        return Checkpoint.state(checkpoint).get("progress").get("step").asLong();
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Does something when so many steps are done. */
    private static TrainingListener after(long step, Runnable work) {
        return new TrainingListener() {
            @Override
            public void progressed(TrainingProgress p) {
                if (p.step() == step) {
                    work.run();
                }
            }
        };
    }

    @Test
    void whatIsFurtherOnIsNotDestroyed() throws IOException {
        Path run = folder.resolve("run");
        Path early = folder.resolve("early");
        try (Trainer trainer = Trainer.start(base, config(""), device)) {
            trainer.save(early);
            trainer.run(run);
        }
        Path last = run.resolve(Trainer.LAST);
        byte[] before = Files.readAllBytes(last);
        try (Trainer trainer = Trainer.resume(early, base, device)) {
            assertThatThrownBy(() -> trainer.run(run))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("last.checkpoint is at step 6, which a run that goes on from step 0 would");
            assertThat(trainer.run(folder.resolve("other")).step()).isEqualTo(6);
        }
        assertThat(last).hasBinaryContent(before);
        try (Trainer trainer = Trainer.resume(last, base, device)) {
            assertThat(trainer.run(run).step()).isEqualTo(6);
        }
        Files.write(last, "no".getBytes(StandardCharsets.US_ASCII));
        try (Trainer trainer = Trainer.resume(early, base, device)) {
            assertThatThrownBy(() -> trainer.run(run))
                    .hasMessageContainingAll(
                            "last.checkpoint cannot be read", "another folder", "must start with SMBCKPT1");
        }
    }

    @Test
    void lossesThatAreNotFiniteLeaveTheRunAsItWasThen() throws IOException {
        Path run = folder.resolve("run");
        TrainerConfig config = with(config(", \"nonFiniteLimit\": 3"), "{\"losses\": {\"landmarks\": 1e38}}");
        try (Trainer trainer = Trainer.start(base, config, device)) {
            assertThatThrownBy(() -> trainer.run(run))
                    .isInstanceOf(NonFiniteLossException.class)
                    .hasMessageContaining("up to step 3")
                    .hasMessageEndingWith(run.resolve(Trainer.STOPPED).toString());
        }
        assertThat(files(run)).containsExactly(Trainer.STOPPED);
        try (Trainer trainer = Trainer.resume(run.resolve(Trainer.STOPPED), base, device)) {
            assertThat(trainer.step()).isEqualTo(3);
        }
    }

    @Test
    void aStepThatFailsHalfWayLeavesNoCheckpoint() throws IOException {
        Checkpoint good = Checkpoint.read(trained(TinyTraining.config(1), "good"));
        Json config = good.state().get("config");
        Json changed = config.with("losses", config.get("losses").with("firstLandmark", 100))
                .with("schedule", config.get("schedule").with("steps", 5));
        Path file = folder.resolve("changed");
        new Checkpoint(good.state().with("config", changed), good.tensors()).write(file);
        Path run = folder.resolve("run");
        try (Trainer trainer = Trainer.resume(file, base, device)) {
            assertThatThrownBy(() -> trainer.run(run)).hasMessageContaining("firstLandmark must be below 68");
            assertThat(files(run)).isEmpty();
            assertThatThrownBy(() -> trainer.save(folder.resolve("torn")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("no state to save or to go on from, as step 1 failed half way");
            assertThatThrownBy(() -> trainer.run(run)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aFailureBetweenStepsLosesNothing() throws IOException {
        Path run = folder.resolve("run");
        try (Trainer trainer = Trainer.start(base, config(""), device)) {
            trainer.listen(after(2, () -> {
                throw new IllegalStateException("listener");
            }));
            assertThatThrownBy(() -> trainer.run(run)).hasMessage("listener").hasNoSuppressedExceptions();
        }
        assertThat(step(run.resolve(Trainer.LAST))).isEqualTo(2);
        Path none = folder.resolve("none");
        try (Trainer trainer = Trainer.start(base, config(", \"testEvery\": 2"), device)) {
            trainer.test((snapshot, step) -> {
                throw new IOException("test");
            });
            assertThatThrownBy(() -> trainer.run(none)).hasMessage("test");
        }
        assertThat(files(none)).isEmpty();
    }

    /** A test that takes long, of which each part hears of its end. */
    private record LongTest(Runnable work, List<Long> ended) implements TrainingTest {
        @Override
        public TestScores run(Disentangler snapshot, long step) throws IOException {
            return run(snapshot, step, more -> {});
        }

        @Override
        public TestScores run(Disentangler snapshot, long step, IntConsumer progress) {
            progress.accept(2);
            if (step == 2) {
                work.run();
            }
            progress.accept(3);
            ended.add(step);
            return new TestScores(step, 1, Map.of());
        }
    }

    @Test
    void aTestEndsWhenTheRunIsCancelledAndIsTakenWhereItGoesOn() throws IOException {
        TrainerConfig config = config(", \"testEvery\": 2");
        Path whole = folder.resolve("whole");
        List<Long> ended = new ArrayList<>();
        List<String> heard = new ArrayList<>();
        try (Trainer trainer = Trainer.start(base, config, device)) {
            trainer.listen(new TrainingListener() {
                @Override
                public void testing(long step, int done) {
                    heard.add(step + ":" + done);
                }
            });
            trainer.test(new LongTest(() -> {}, ended)).run(whole);
        }
        assertThat(ended).containsExactly(0L, 2L, 4L, 6L);
        assertThat(heard).startsWith("0:0", "0:2", "0:5", "2:0", "2:2", "2:5");
        Path run = folder.resolve("run");
        ended.clear();
        try (Trainer trainer = Trainer.start(base, config, device)) {
            trainer.test(new LongTest(trainer::cancel, ended));
            Trainer.Result result = trainer.run(run);
            assertThat(result.step()).isEqualTo(2);
            assertThat(result.reason()).contains("cancelled");
        }
        assertThat(ended).containsExactly(0L);
        try (Trainer trainer = Trainer.resume(run.resolve(Trainer.LAST), base, device)) {
            trainer.test(new LongTest(() -> {}, ended)).run(run);
        }
        assertThat(ended).containsExactly(0L, 2L, 4L, 6L);
        assertThat(Files.mismatch(whole.resolve(Trainer.LAST), run.resolve(Trainer.LAST)))
                .isEqualTo(-1);
        assertThat(files(run)).containsExactly(Trainer.BEST_IDENTITY, Trainer.BEST_LANDMARKS, Trainer.LAST);
    }

    @Test
    void aTestThatFailsIsNoEndByCancelling() throws IOException {
        try (Trainer trainer = Trainer.start(base, config(", \"testEvery\": 2"), device)) {
            trainer.test((snapshot, step) -> {
                throw new CancellationException("of something else");
            });
            RuntimeException failure =
                    catchThrowableOfType(RuntimeException.class, () -> trainer.run(folder.resolve("run")));
            assertThat(failure).hasMessage("of something else");
        }
    }

    @Test
    void whatAKilledRunLeftHalfWrittenIsRemoved() throws IOException {
        Path run = Files.createDirectories(folder.resolve("run"));
        Files.writeString(run.resolve(".last.checkpoint." + UUID.randomUUID() + ".tmp"), "half");
        Files.createDirectories(run.resolve(".test"));
        Files.writeString(run.resolve(".test").resolve("model.json"), "half");
        Files.writeString(run.resolve("notes.txt"), "kept");
        try (Trainer trainer = Trainer.start(base, config(""), device)) {
            trainer.run(run);
        }
        assertThat(files(run)).containsExactly(Trainer.LAST, "notes.txt");
    }
}

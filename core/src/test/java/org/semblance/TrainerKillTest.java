package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.contract.TestDevice;
import org.semblance.training.Checkpoint;
import org.semblance.weights.ModelFolder;

/** A process that trains is killed at random moments, and nothing that it said it saved is lost. */
class TrainerKillTest {
    private static final int STEPS = 100;
    private static final int KILLS = 3;
    /** So many saves the process may be ahead of who kills it; never to the last step. */
    private static final int AHEAD = 20;

    @TempDir
    private Path folder;

    @Test
    void killedRunsGoOnFromTheirLastSaveAndEndAsOthersDo() throws Exception {
        ModelFolder base = TinyTraining.model(folder.resolve("base"));
        Path run = folder.resolve("run");
        Random random = new Random(7);
        long saved = 0;
        for (int i = 0; i < KILLS; i++) {
            saved = Math.max(saved, killed(run, 1 + random.nextInt(12), random.nextInt(30)));
            assertThat(stepsIn(run)).as("after kill " + (i + 1)).isGreaterThanOrEqualTo(saved);
        }
        try (Trainer trainer = Trainer.resume(run.resolve(Trainer.LAST), base, TestDevice.get())) {
            assertThat(trainer.run(run).step()).isEqualTo(STEPS);
        }
        Path whole = folder.resolve("whole");
        try (Trainer trainer = Trainer.start(base, TinyTraining.config(STEPS), TestDevice.get())) {
            trainer.run(whole);
        }
        assertThat(Files.mismatch(whole.resolve(Trainer.LAST), run.resolve(Trainer.LAST)))
                .isEqualTo(-1);
    }

    private static long stepsIn(Path run) throws IOException {
        return Checkpoint.read(run.resolve(Trainer.LAST))
                .state()
                .get("progress")
                .get("step")
                .asLong();
    }

    /** Lets a process save some times and kills it a moment later; the newest step that it said it saved. */
    private long killed(Path run, int saves, int milliseconds) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Xmx512m",
                        TinyTraining.class.getName(),
                        folder.resolve("base").toString(),
                        run.toString(),
                        Integer.toString(STEPS),
                        Integer.toString(saves + AHEAD)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long newest = 0;
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (int i = 0; i < saves; i++) {
                String line = out.readLine();
                assertThat(line).as("the process saves").isNotNull();
                newest = Long.parseLong(line);
            }
            TimeUnit.MILLISECONDS.sleep(milliseconds);
        } finally {
            process.destroyForcibly().waitFor();
        }
        return newest;
    }
}

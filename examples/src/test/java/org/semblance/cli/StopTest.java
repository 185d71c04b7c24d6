package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.image.Image;
import org.semblance.json.Json;
import org.semblance.training.Checkpoint;

/** Ctrl-C in the middle of a run. The signal is the polite kill's, which the JVM treats alike but nobody can ignore. */
@Timeout(240)
class StopTest {
    private static final int TERMINATED = 143;

    @TempDir
    Path folder;

    @Test
    void ctrlCEndsInOrderAndTheRunGoesOn() throws Exception {
        Path out = folder.resolve("out");
        Path report = folder.resolve("report.json");
        interrupted(out, 4, "generate", "--seeds", "0-999999", "--device", "cpu", "--out", out, "--report", report);
        List<Path> pictures = pictures(out);
        for (Path picture : pictures) {
            assertThat(Image.read(picture).width()).isEqualTo(64);
        }
        List<String> journal = Files.readAllLines(out.resolve(BatchOptions.JOURNAL));
        assertThat(journal).hasSize(pictures.size() + 1);
        Json json = Json.parse(report);
        assertThat(json.get("ending").asString()).isEqualTo("cancelled");
        assertThat(json.get("items").get("done").asInt()).isEqualTo(pictures.size());
        Run more = Run.of("generate", "--seeds", "0-15", "--device", "cpu", "--out", out, "--resume");
        assertThat(more.succeeds().out()).contains("were done before");
    }

    @Test
    void ctrlCLeavesNoHalfTable() throws Exception {
        for (int i = 0; i < 12; i++) {
            Heads.write(folder.resolve("in/h" + i + ".png"), i, i);
        }
        Path in = folder.resolve("in");
        Path out = Files.createDirectories(folder.resolve("out"));
        for (int i = 0; i < 120; i++) {
            Files.copy(in.resolve("h" + i % 12 + ".png"), in.resolve("copy" + i + ".png"));
        }
        interrupted(
                out,
                1,
                "table",
                "--identities",
                in,
                "--attributes",
                in,
                "--device",
                "cpu",
                "--out",
                out.resolve("t.png"));
        try (Stream<Path> left = Files.list(out)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void ctrlCFinishesTheStepAndWritesACheckpoint() throws Exception {
        Path out = folder.resolve("out");
        Path log = interrupted(
                out,
                3,
                "train",
                "--device",
                "cpu",
                "--out",
                out,
                "--test-pairs",
                0,
                "--set",
                "batch=1",
                "--set",
                "start={\"encoder\": {\"widths\": [4, 4]}, \"mapperWidths\": [16]}",
                "--set",
                "run={\"reportEvery\": 1, \"previewEvery\": 0, \"saveEvery\": 1}");
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("config.json", "tensorboard", "last.checkpoint");
        }
        assertThat(Checkpoint.read(out.resolve("last.checkpoint"))
                        .state()
                        .get("progress")
                        .get("step")
                        .asLong())
                .isPositive();
        assertThat(log).content().contains("finishing the step, then a checkpoint");
    }

    private static List<Path> pictures(Path out) throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            List<Path> all =
                    files.filter(file -> !file.endsWith(BatchOptions.JOURNAL)).toList();
            assertThat(all).allMatch(PngFile::isPng);
            return all;
        }
    }

    /**
     * Starts a process, interrupts it as a terminal does once so many files are there, and waits for its end; its
     * log.
     */
    private Path interrupted(Path out, int least, Object... words) throws Exception {
        Path log = folder.resolve("log");
        List<String> command = Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                "-cp",
                                System.getProperty("java.class.path"),
                                SemblanceCommand.class.getName()),
                        Stream.of(words))
                .map(Object::toString)
                .toList();
        Process process = new ProcessBuilder(command)
                .redirectOutput(log.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            while (files(out) < least) {
                assertThat(process.isAlive()).as("the process works").isTrue();
                TimeUnit.MILLISECONDS.sleep(50);
            }
            process.destroy();
            assertThat(process.waitFor()).isEqualTo(TERMINATED);
        } finally {
            process.destroyForcibly();
        }
        return log;
    }

    private static long files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }
}

package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.json.Json;
import org.semblance.training.Checkpoint;

class TrainCommandsTest {
    private static final String[] SMALL = {
        "batch=1",
        "schedule.steps=1",
        "start.encoder.widths=[4,4]",
        "start.mapperWidths=[16]",
        "start.discriminatorWidths=[8]"
    };

    @TempDir
    private Path folder;

    @Test
    void trainsResumesExportsAndSwaps() throws IOException {
        Path run = folder.resolve("run");
        Run trained = Run.of(
                "train",
                "--out",
                run,
                "--set",
                "batch=2",
                "--set",
                "schedule.steps=2",
                "--set",
                "run={\"reportEvery\": 1, \"testEvery\": 2, \"previewEvery\": 1}",
                "--test-pairs",
                "3");
        trained.succeeds();
        assertThat(trained.out())
                .contains("test at step 0:" + System.lineSeparator() + "  identity_identity: id_to_output ")
                .contains("test at step 2:", "  identity_recogniser: ", " separation ", "  geometry: landmark_px ");
        assertThat(run.resolve("best-identity.checkpoint")).isRegularFile();
        assertThat(run.resolve("best-landmarks.checkpoint")).isRegularFile();
        assertThat(board(run)).contains("mixing table", "preview", "loss/identity", "test/reconstruction/psnr");
        assertThat(trained.out()).contains("step 1 of 2: identity ").contains("images/s");
        assertThat(trained.lastLine()).startsWith("ended after 2 steps: all 2 steps are done");
        Run.of("train", "--out", run).fails(1, "train", "there is a run in", "semblance resume");
        assertThat(Run.of("resume", run, "--test-pairs", "0").succeeds().lastLine())
                .startsWith("ended after 2 steps");
        Path model = folder.resolve("model");
        Run.of("export", run, "--out", model, "--half", "--name", "mine").succeeds();
        assertThat(Files.readString(model.resolve("model.json"))).contains("\"metrics\"", "\"figures\"", "\"seed\": 1");
        Path a = Heads.write(folder.resolve("a.png"), 1, 1);
        Path out = folder.resolve("out.png");
        Run.of("swap", "--identity", a, "--attributes", a, "--out", out, "--model", model)
                .succeeds();
        assertThat(out).isNotEmptyFile();
    }

    /** All bytes of TensorBoard's files as characters. */
    private static String board(Path run) throws IOException {
        StringBuilder text = new StringBuilder();
        try (var files = Files.list(run.resolve("tensorboard"))) {
            for (Path file : files.toList()) {
                text.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return text.toString();
    }

    @Test
    void trainsThroughATeacherThatItMade() throws IOException {
        Path heads = folder.resolve("heads");
        Run.of("make-dataset", "--source", "heads", "--count", 64, "--shard", 32, "--out", heads)
                .succeeds();
        Path teacher = folder.resolve("teacher");
        Run.of("train-teacher", "--data", heads, "--out", teacher, "--steps", 2, "--widths", "8,8")
                .succeeds();
        assertThat(teacher.resolve("attribute_teacher.safetensors")).isRegularFile();
        Run.of("train-teacher", "--data", heads, "--out", teacher).fails(1, "train-teacher", "there is a model in");
        Run.of("train-teacher", "--data", heads, "--out", folder.resolve("no"), "--truth", "gloves")
                .fails(1, "train-teacher", "must have an array gloves", "attribute_columns");
        Path run = folder.resolve("taught");
        String[] settings = {"batch=2", "schedule.steps=1", "losses.attributeTeacher=2", "run.reportEvery=1"};
        Run.of(joined(settings, "train", "--out", run, "--test-pairs", 0))
                .fails(1, "train", "losses.attributeTeacher is 2.0", "a teacher is needed", "with --teacher");
        assertThat(Run.of(joined(settings, "train", "--out", run, "--test-pairs", 0, "--teacher", teacher))
                        .succeeds()
                        .out())
                .contains("attributeTeacher ");
        Path model = folder.resolve("model");
        Run.of("resume", run, "--test-pairs", 0).fails(1, "resume", "a teacher is needed", "with --teacher");
        Run.of("export", run, "--out", model, "--teacher", teacher).succeeds();
        Path alone = folder.resolve("alone");
        Run.of("export", run, "--out", alone, "--name", "model").succeeds();
        assertThat(alone.resolve("model.json")).hasSameBinaryContentAs(model.resolve("model.json"));
        assertThat(model.resolve("mapper.safetensors")).isRegularFile();
        assertThat(model.resolve("attribute_teacher.safetensors")).doesNotExist();
        Run.of("train", "--out", folder.resolve("x"), "--teacher", model)
                .fails(1, "train", "--teacher must be a folder with a network for one of [attribute_teacher");
    }

    private static Object[] joined(String[] settings, Object... arguments) {
        List<Object> all = new ArrayList<>(List.of(arguments));
        for (String setting : settings) {
            all.addAll(List.of("--set", setting));
        }
        return all.toArray();
    }

    @Test
    void anEarlierCheckpointGoesOnInAnotherFolder() throws IOException {
        Path first = folder.resolve("first");
        Run.of(joined(SMALL, "train", "--out", first, "--test-pairs", 0)).succeeds();
        Path run = Files.createDirectories(folder.resolve("run"));
        Path early = Files.copy(first.resolve("last.checkpoint"), run.resolve("early.checkpoint"));
        Checkpoint then = Checkpoint.read(early);
        Json progress = then.state().get("progress").with("step", 2);
        new Checkpoint(then.state().with("progress", progress), then.tensors()).write(run.resolve("last.checkpoint"));
        byte[] last = Files.readAllBytes(run.resolve("last.checkpoint"));
        Run.of("resume", early, "--test-pairs", 0)
                .fails(1, "resume", "last.checkpoint is at step 2, which a run that goes on from step 1", "--out");
        Run.of("resume", early, "--test-pairs", 0, "--out", run).fails(1, "resume", "there is a run in");
        Path other = folder.resolve("other");
        assertThat(Run.of("resume", early, "--test-pairs", 0, "--out", other)
                        .succeeds()
                        .lastLine())
                .startsWith("ended after 1 steps");
        assertThat(other.resolve("config.json")).isRegularFile();
        assertThat(run.resolve("last.checkpoint")).hasBinaryContent(last);
    }

    /** Nothing is left that another try would stumble over. */
    @Test
    void aSettingThatTheNetworksCannotHaveLeavesRoomForAnother() {
        Path run = folder.resolve("run");
        Run.of("train", "--out", run, "--set", "losses.firstLandmark=68", "--test-pairs", 0)
                .fails(1, "train", "firstLandmark must be below 68");
        Run.of(joined(SMALL, "train", "--out", run, "--test-pairs", 0)).succeeds();
    }

    @Test
    void wrongSettingsAreNamed() throws IOException {
        Run.of("train", "--out", folder.resolve("x"), "--set", "losses.pixels=1")
                .fails(2, "train", "losses", "'pixels'; did you mean 'pixel'?");
        Run.of("train", "--out", folder.resolve("x"), "--set", "batch=0").fails(2, "train", "batch must be at least 1");
        Run.of("train-teacher", "--data", folder, "--out", folder.resolve("x"), "--steps", 0)
                .fails(2, "train-teacher", "steps must be at least 1, got 0", "train-teacher --help");
        Path file = Files.writeString(folder.resolve("not.checkpoint"), "no");
        Run.of("resume", file).fails(1, "resume", "must start with SMBCKPT1");
    }

    /** Each of which would be refused after the one before alone. */
    @Test
    void settingsAreOneWhole() throws IOException {
        Path file = Files.writeString(
                folder.resolve("settings.json"), "{\"schedule\": {\"steps\": 900, \"classPath\": 0}, \"seed\": 7}");
        Run run = Run.of(
                "train",
                "--config",
                file,
                "--print-config",
                "--set",
                "losses.adversarial=0",
                "--set",
                "schedule.adversarialEvery=0",
                "--set",
                "schedule={\"classPath\": 500}",
                "--set",
                "start={\"attributes\": \"model\"}",
                "--set",
                "start.mapper=model");
        assertThat(run.succeeds().out())
                .contains("\"adversarial\": 0.0", "\"adversarialEvery\": 0", "\"classPath\": 500", "\"steps\": 900")
                .contains("\"seed\": 7");
        Run.of("train", "--config", file, "--print-config", "--set", "schedule.classPath=900")
                .fails(2, "train", "settings.json: /schedule", "classPath must be below steps, 900");
        Run.of("train", "--config", file, "--print-config", "--set", "losses=3")
                .fails(2, "train", "settings.json: /losses", "expected an object");
        Run.of("train", "--print-config", "--set", "run.stopAfterTests=3", "--set", "run.testEvery=0")
                .fails(2, "train", "run.stopAfterTests must not be given where run.testEvery is 0");
    }

    @Test
    void aPresetIsNoSetting() {
        Run.of("train", "--set", "preset=paper", "--print-config")
                .fails(2, "train", "--set preset=paper is no setting; the option is --preset");
    }

    @Test
    void printsAllSettings() {
        Run run = Run.of("train", "--preset", "paper", "--print-config").succeeds();
        assertThat(run.out()).contains("\"crossEvery\": 3").contains("\"rate\": 1.0E-5");
        Run.of("train").fails(2, "train", "--out is needed");
    }
}

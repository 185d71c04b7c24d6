package org.semblance.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.Trainer;
import org.semblance.TrainerConfig;
import org.semblance.TrainingTest;
import org.semblance.json.Json;
import org.semblance.training.log.TensorBoardWriter;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A new training run. */
@Command(
        name = "train",
        description =
                "Learns attribute encoder, mapper and latent discriminator through the frozen networks of a model."
                        + " Ctrl-C writes a checkpoint first; semblance resume goes on from it.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class TrainCommand extends Verb {
    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder for checkpoints, settings and TensorBoard's files; needed but for --print-config.")
    private @Nullable Path out;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description = "stable or paper (default: what the settings say, else stable).")
    private @Nullable String preset;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings as JSON: what differs from the preset. --print-config shows all of them.")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "FIELD=VALUE",
            description = "One setting, such as schedule.steps=1000 or losses.pixel=0.5; may be given again.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Mixin
    private TestOptions tests;

    @Option(names = "--print-config", description = "Prints all settings as JSON and does nothing else.")
    private boolean printConfig;

    @Mixin
    private ModelOptions model;

    @Mixin
    private EncoderOptions encoder;

    @Mixin
    private TeacherOptions teachers;

    @Override
    int run() throws IOException {
        ModelFolder base = teachers.over(encoder.over(model.open()));
        int resolution = base.network(ModelNetwork.GENERATOR)
                .config()
                .get("img_resolution")
                .asInt();
        TrainerConfig config = RefusedSettings.of(() -> config(resolution));
        if (printConfig) {
            out().print(config.json().pretty());
            return 0;
        }
        if (out == null) {
            throw wrong("--out is needed");
        }
        return start(base, config, out);
    }

    private int start(ModelFolder base, TrainerConfig config, Path folder) throws IOException {
        makeRoom(folder);
        TrainingTest test = tests.of(base);
        try (Trainer trainer = started(base, config)) {
            return train(this, trainer, test, folder);
        }
    }

    private Trainer started(ModelFolder base, TrainerConfig config) throws IOException {
        if (config.schedule().classPath() == 0) {
            return Trainer.start(base, config, model.device());
        }
        try (Progress bar = progress(0)) {
            bar.say("pictures that the attribute teacher has read, for the class path");
            return Trainer.start(base, config, model.device(), bar::step);
        }
    }

    /** A folder for a new run, which has no other's checkpoints. */
    static void makeRoom(Path folder) throws IOException {
        Files.createDirectories(folder);
        if (!Files.isWritable(folder)) {
            throw new AccessDeniedException(folder.toString());
        }
        try (DirectoryStream<Path> runs = Files.newDirectoryStream(folder, "*.checkpoint")) {
            for (Path run : runs) {
                throw new IOException("there is a run in " + folder + " already (" + run.getFileName()
                        + "); semblance resume goes on with it, or name another folder");
            }
        }
    }

    private static void requireNotBehind(Trainer trainer, Path folder) throws IOException {
        try {
            trainer.requireNotBehind(folder);
        } catch (IOException e) {
            throw new IOException(e.getMessage() + " (resume --out)", e);
        }
    }

    /** What training and resuming share. */
    static int train(Verb verb, Trainer trainer, @Nullable TrainingTest test, Path folder) throws IOException {
        if (test != null) {
            trainer.test(test);
        }
        requireNotBehind(trainer, folder);
        Files.writeString(folder.resolve("config.json"), trainer.config().json().pretty(), StandardCharsets.UTF_8);
        try (Progress bar = verb.bar(trainer.config().schedule().steps());
                TensorBoardWriter board = TensorBoardWriter.open(folder.resolve("tensorboard"), trainer.step())) {
            board.text(
                    "settings",
                    trainer.step(),
                    "```\n" + trainer.config().json().pretty() + "\n```");
            trainer.listen(board);
            Trainer.Result result = new TrainingRun(verb.out(), bar, trainer.step()).run(trainer, folder);
            verb.out()
                    .println(
                            "ended after " + result.step() + " steps: " + result.reason() + "; " + result.checkpoint());
        }
        return 0;
    }

    /** All that was given as one, since settings that do not go together one after the other may do so as a whole. */
    private TrainerConfig config(int resolution) throws IOException {
        Json given = file == null ? Json.parse("{}", "settings") : Json.parse(file);
        if (preset != null) {
            given = given.with("preset", preset);
        }
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            if (setting.getKey().equals("preset")) {
                throw new RefusedSettings(
                        "--set preset=" + setting.getValue() + " is no setting; the option is --preset");
            }
            given = merged(given, nested(setting.getKey(), setting.getValue()));
        }
        return TrainerConfig.of(given, resolution);
    }

    /** The members of both, those of the second in place of the first's. */
    private static Json merged(Json first, Json second) {
        if (!first.isObject() || !second.isObject()) {
            return second;
        }
        Json all = first;
        for (String key : second.keys()) {
            Json member = second.get(key);
            all = all.with(key, first.has(key) ? merged(first.get(key), member) : member);
        }
        return all;
    }

    /** {@code a.b = value} as {@code {"a": {"b": value}}}; a value that is no JSON is a text. */
    private static Json nested(String field, String value) {
        Object inner;
        try {
            inner = Json.parse(value, "--set " + field);
        } catch (IOException e) {
            inner = value;
        }
        String[] steps = field.split("\\.");
        for (int i = steps.length - 1; i >= 0; i--) {
            inner = Map.of(steps[i], inner);
        }
        return Json.of(inner);
    }
}

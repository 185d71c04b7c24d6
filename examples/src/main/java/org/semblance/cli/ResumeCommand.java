package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.semblance.Trainer;
import org.semblance.TrainingTest;
import org.semblance.weights.ModelFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A training run that goes on. */
@Command(
        name = "resume",
        description = "Goes on with a training run from its newest checkpoint, or from the one that is named.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ResumeCommand extends Verb {
    @Parameters(paramLabel = "DIR|FILE", description = "Folder of the run, or a checkpoint.")
    private Path place;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Goes on in this folder, which must be a new one, and leaves the other as it is (default: the"
                    + " folder of the checkpoint, whose last.checkpoint must not be further on).")
    private @Nullable Path out;

    @Mixin
    private TestOptions tests;

    @Mixin
    private ModelOptions model;

    @Mixin
    private EncoderOptions encoder;

    @Mixin
    private TeacherOptions teachers;

    @Override
    int run() throws IOException {
        Path file = Files.isDirectory(place) ? place.resolve(Trainer.LAST) : place;
        Path folder = out == null ? file.toAbsolutePath().resolveSibling("") : out;
        if (out != null) {
            TrainCommand.makeRoom(out);
        }
        ModelFolder base = teachers.over(encoder.over(model.open()));
        TrainingTest test = tests.of(base);
        try (Trainer trainer = Trainer.resume(file, base, model.device())) {
            return TrainCommand.train(this, trainer, test, folder);
        }
    }
}

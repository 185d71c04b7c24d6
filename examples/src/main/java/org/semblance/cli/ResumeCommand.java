package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.semblance.Trainer;
import org.semblance.weights.ModelFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A training run that goes on. */
@Command(
        name = "resume",
        description = "Goes on with a training run from its newest checkpoint, or from the one that is named.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ResumeCommand extends Verb {
    @Parameters(paramLabel = "DIR|FILE", description = "Folder of the run, or a checkpoint.")
    private Path place;

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
        Path folder = file.toAbsolutePath().resolveSibling("");
        ModelFolder base = teachers.over(encoder.over(model.open()));
        try (Trainer trainer = Trainer.resume(file, base, model.device())) {
            tests.addTo(trainer, base);
            return TrainCommand.train(this, trainer, folder);
        }
    }
}

package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.semblance.Trainer;
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
            names = "--test-pairs",
            paramLabel = "N",
            defaultValue = "64",
            description = "Pairs of pictures in the tests during training, 0 for no tests (default: ${DEFAULT-VALUE}).")
    private int testPairs;

    @Mixin
    private ModelOptions model;

    @Mixin
    private EncoderOptions encoder;

    @Override
    int run() throws IOException {
        Path file = Files.isDirectory(place) ? place.resolve(Trainer.LAST) : place;
        Path folder = file.toAbsolutePath().resolveSibling("");
        try (Trainer trainer = Trainer.resume(file, encoder.over(model.open()), model.device())) {
            return TrainCommand.train(this, trainer, folder, testPairs);
        }
    }
}

package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.semblance.Trainer;
import org.semblance.array.DType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A checkpoint as a model. */
@Command(
        name = "export",
        description =
                "Writes a model folder from a checkpoint: the base model with what was trained in place of what it"
                        + " had. swap and the other verbs take it as --model.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ExportCommand extends Verb {
    @Parameters(paramLabel = "DIR|FILE", description = "Folder of a run, or a checkpoint.")
    private Path place;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder of the model.")
    private Path out;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the model (default: the folder's).")
    private String name = "";

    @Option(names = "--half", description = "Store the trained networks as float16.")
    private boolean half;

    @Mixin
    private ModelOptions model;

    @Mixin
    private EncoderOptions encoder;

    @Mixin
    private TeacherOptions teachers;

    @Override
    int run() throws IOException {
        Path file = Files.isDirectory(place) ? place.resolve(Trainer.LAST) : place;
        try (Trainer trainer = Trainer.resume(file, teachers.over(encoder.over(model.open())), model.device())) {
            trainer.export(
                    out, name.isEmpty() ? String.valueOf(out.getFileName()) : name, half ? DType.F16 : DType.F32);
        }
        out().println(out);
        return 0;
    }
}

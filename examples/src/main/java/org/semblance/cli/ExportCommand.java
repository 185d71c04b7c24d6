package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.semblance.Trainer;
import org.semblance.array.DType;
import org.semblance.weights.ModelFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A checkpoint as a model. */
@Command(
        name = "export",
        description =
                "Writes a model folder from a checkpoint: the base model with what was trained in place of what it"
                        + " had. swap and the other verbs take it as --model. Nothing is computed: neither the data nor"
                        + " the device of the run is needed, nor a teacher; one that is given must be the run's.")
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
        String called = name.isEmpty() ? String.valueOf(out.getFileName()) : name;
        ModelFolder base = teachers.over(encoder.over(model.open()));
        Trainer.export(file, base, out, called, half ? DType.F16 : DType.F32);
        out().println(out);
        return 0;
    }
}

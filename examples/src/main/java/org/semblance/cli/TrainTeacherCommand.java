package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.semblance.TeacherTrainer;
import org.semblance.training.LabelledSet;
import org.semblance.training.StartConfig;
import org.semblance.weights.ModelNetwork;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A network that training asks. */
@Command(
        name = "train-teacher",
        description =
                "Learns to read off pictures what is known of them, for 'train --teacher': what the teacher reads off"
                        + " an output shall be what it reads off the picture that it is to be like.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class TrainTeacherCommand extends Verb {
    /** Of which picture a teacher tells. */
    enum Role {
        ATTRIBUTE,
        IDENTITY
    }

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "A set of 'make-dataset'.")
    private Path data;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder for the teacher.")
    private Path out;

    @Option(
            names = "--role",
            defaultValue = "attribute",
            paramLabel = "attribute|identity",
            description = "Which picture of the two it tells about (default: ${DEFAULT-VALUE}).")
    private Role role;

    @Option(
            names = "--truth",
            paramLabel = "NAME",
            description = "The array of truth-NNNNN.safetensors to learn (default: attribute_columns or"
                    + " identity_columns, as --role says).")
    private @Nullable String truth;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps of 64 pictures, at least 1 (default: ${DEFAULT-VALUE}).")
    private long steps = 6000;

    @Option(names = "--seed", paramLabel = "N", description = "Of values and order (default: ${DEFAULT-VALUE}).")
    private long seed = 11;

    @Option(
            names = "--noise",
            paramLabel = "X",
            description = "Greatest noise on pictures in [-1, 1], 0 to 1 (default: ${DEFAULT-VALUE}).")
    private double noise = 0.1;

    @Option(
            names = "--widths",
            split = ",",
            paramLabel = "N",
            description = "Channels, each at half the size of the one before (default: 32,64,128,256).")
    private List<Integer> widths = List.of(32, 64, 128, 256);

    @Mixin
    private ModelOptions model;

    @Override
    int run() throws IOException {
        if (Files.exists(out.resolve("model.json"))) {
            throw new IOException("there is a model in " + out + " already; name another folder");
        }
        TeacherTrainer.Settings settings = RefusedSettings.of(this::settings);
        String name = role.name().toLowerCase(Locale.ROOT);
        LabelledSet set = LabelledSet.read(data, truth == null ? name + "_columns" : truth);
        TeacherTrainer.Teacher teacher = learned(set, settings);
        teacher.write(out, role == Role.ATTRIBUTE ? ModelNetwork.ATTRIBUTE_TEACHER : ModelNetwork.IDENTITY_TEACHER);
        double mean = teacher.explained().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(0);
        out().println(String.format(
                Locale.ROOT,
                "%s: %d columns, share of variance explained %.3f in the mean: %s",
                out,
                set.width(),
                mean,
                teacher.explained()));
        return 0;
    }

    private TeacherTrainer.Settings settings() {
        TeacherTrainer.Settings standard = TeacherTrainer.Settings.standard();
        return new TeacherTrainer.Settings(
                seed, standard.batch(), steps, standard.rate(), noise, new StartConfig.Encoder(widths, 1, true));
    }

    private TeacherTrainer.Teacher learned(LabelledSet set, TeacherTrainer.Settings settings) {
        try (Progress bar = progress(settings.steps())) {
            long[] shown = new long[1];
            return TeacherTrainer.train(set, settings, model.device(), (step, loss) -> {
                bar.step(step - shown[0]);
                bar.say(String.format(Locale.ROOT, "loss %.4f", loss));
                shown[0] = step;
            });
        }
    }
}

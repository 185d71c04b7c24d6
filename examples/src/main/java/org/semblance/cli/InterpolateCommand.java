package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.semblance.Disentangler;
import org.semblance.Disentangler.Space;
import org.semblance.image.ContactSheet;
import org.semblance.image.Image;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A way from one head to another. */
@Command(
        name = "interpolate",
        description = "Goes from one identity to another with the attributes kept (--to-identity), or from the"
                + " attributes of one picture to those of another with the identity kept (--to-attributes).")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class InterpolateCommand extends Verb {
    /** Pictures between two steps of the bar. */
    private static final int CHUNK = 32;

    private static final int MOST_STEPS = 10_000;

    @Option(names = "--identity", required = true, paramLabel = "FILE", description = "Who it is, at first.")
    private Path identity;

    @Option(names = "--attributes", required = true, paramLabel = "FILE", description = "Everything else, at first.")
    private Path attributes;

    @ArgGroup(multiplicity = "1")
    private Target target;

    static final class Target {
        @Option(names = "--to-identity", required = true, paramLabel = "FILE", description = "Who it is at the end.")
        private @Nullable Path identity;

        @Option(
                names = "--to-attributes",
                required = true,
                paramLabel = "FILE",
                description = "Everything else at the end.")
        private @Nullable Path attributes;

        Path path() {
            return Objects.requireNonNull(identity != null ? identity : attributes);
        }
    }

    @Option(
            names = "--space",
            defaultValue = "w",
            paramLabel = "z|w",
            description = "Mix before (z) or after (w) the mapper (default: ${DEFAULT-VALUE}).")
    private Space space;

    @Option(
            names = "--steps",
            defaultValue = "8",
            paramLabel = "N",
            description = "Pictures, both ends included (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--from",
            defaultValue = "0",
            paramLabel = "T",
            description = "Where to start; 0 is the first picture exactly, below it extrapolates (default: 0).")
    private double from;

    @Option(
            names = "--to",
            defaultValue = "1",
            paramLabel = "T",
            description = "Where to end; 1 is the second picture exactly, above it extrapolates (default: 1).")
    private double to;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "PATH",
            description = "name.png for one strip, any other name for a folder of frames.")
    private Path out;

    @Mixin
    private PictureOptions pictures;

    @Mixin
    private ModelOptions model;

    @Override
    int run() throws IOException {
        if (steps < 2 || steps > MOST_STEPS) {
            throw wrong("--steps must be 2 to " + MOST_STEPS + ", got " + steps);
        }
        if (!Double.isFinite(from) || !Double.isFinite(to)) {
            throw wrong("--from and --to must be finite, got " + from + " and " + to);
        }
        List<PngFile> files = files();
        for (PngFile file : files) {
            file.apartFrom(identity, attributes, target.path());
        }
        try (Disentangler pipeline = model.pipeline()) {
            write(files, frames(pipeline));
        }
        out().println(out);
        return 0;
    }

    private List<PngFile> files() {
        if (PngFile.isPng(out)) {
            return List.of(new PngFile(out));
        }
        return Stream.iterate(0, i -> i + 1)
                .limit(steps)
                .map(i -> new PngFile(out.resolve(String.format("frame%04d.png", i))))
                .toList();
    }

    private static void write(List<PngFile> files, List<Image> frames) throws IOException {
        if (files.size() == 1) {
            files.get(0).write(ContactSheet.grid(frames, frames.size()));
            return;
        }
        for (int i = 0; i < frames.size(); i++) {
            files.get(i).write(frames.get(i));
        }
    }

    private List<Image> frames(Disentangler pipeline) throws IOException {
        int size = pipeline.resolution();
        Image who = pictures.read(identity, size);
        Image how = pictures.read(attributes, size);
        Image end = pictures.read(target.path(), size);
        double[] all = fractions();
        List<Image> frames = new ArrayList<>();
        try (Progress progress = progress(steps)) {
            for (int i = 0; i < steps; i += CHUNK) {
                double[] some = Arrays.copyOfRange(all, i, Math.min(steps, i + CHUNK));
                frames.addAll(
                        target.identity != null
                                ? pipeline.interpolateIdentity(who, end, how, space, some)
                                : pipeline.interpolateAttributes(who, how, end, space, some));
                progress.step(some.length);
            }
        }
        return frames;
    }

    /** Equally spaced, both ends exact. */
    private double[] fractions() {
        return Arrays.stream(Disentangler.fractions(steps))
                .map(t -> t == 1 ? to : from + t * (to - from))
                .toArray();
    }
}

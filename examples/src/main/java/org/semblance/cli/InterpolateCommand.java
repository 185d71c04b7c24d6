package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.semblance.Curve;
import org.semblance.Disentangler;
import org.semblance.Disentangler.Space;
import org.semblance.LatentPath;
import org.semblance.batch.BatchReport;
import org.semblance.files.DraftFile;
import org.semblance.image.Animation;
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
            names = "--curve",
            defaultValue = "linear",
            paramLabel = "linear|spherical",
            description = "The way between the codes: straight, or along the sphere (default: ${DEFAULT-VALUE}).")
    private Curve curve;

    @Option(
            names = "--steps",
            defaultValue = "8",
            paramLabel = "N",
            description = "Pictures, both ends included, 2 to 10000 (default: ${DEFAULT-VALUE}).")
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
            description =
                    "name.png for one strip, name.gif or name.apng for an animation, any other name for a folder of"
                            + " frames.")
    private Path out;

    @Option(
            names = "--delay",
            defaultValue = "80",
            paramLabel = "MS",
            description =
                    "Milliseconds that an animation shows each picture, 10 to 60000" + " (default: ${DEFAULT-VALUE}).")
    private int delay;

    @Option(names = "--labels", description = "Write the position below each picture of a strip.")
    private boolean labels;

    @Mixin
    private PictureOptions pictures;

    @Mixin
    private PipelineOptions model;

    @Mixin
    private BatchOptions batch;

    @Override
    int run() throws IOException {
        check();
        FrameFile.Kind kind = FrameFile.Kind.of(out);
        List<FrameFile> frames = frames(kind);
        for (FrameFile frame : frames) {
            new PngFile(frame.place()).apartFrom(identity, attributes, target.path());
        }
        try (Disentangler pipeline = model.pipeline()) {
            batch.on(model.device());
            int code = kind == FrameFile.Kind.FOLDER
                    ? batch.into(out, this, new PathFrames(path(pipeline), null), frames, settings(pipeline))
                    : oneFile(kind, frames, path(pipeline), settings(pipeline));
            out().println(out);
            return code;
        }
    }

    private void check() {
        if (steps < 2 || steps > MOST_STEPS) {
            throw wrong("--steps must be 2 to " + MOST_STEPS + ", got " + steps);
        }
        if (!Double.isFinite(from) || !Double.isFinite(to)) {
            throw wrong("--from and --to must be finite, got " + from + " and " + to);
        }
        if (delay < 10 || delay > 60_000) {
            throw wrong("--delay must be 10 to 60000, got " + delay);
        }
    }

    /** Equally spaced, both ends exact. */
    private List<FrameFile> frames(FrameFile.Kind kind) {
        double[] fractions = Disentangler.fractions(steps);
        return IntStream.range(0, steps)
                .mapToObj(i -> new FrameFile(
                        fractions[i] == 1 ? to : from + fractions[i] * (to - from),
                        kind == FrameFile.Kind.FOLDER ? out.resolve(String.format("frame%04d.png", i)) : out))
                .toList();
    }

    private LatentPath path(Disentangler pipeline) throws IOException {
        int size = pipeline.resolution();
        Image who = pictures.read(identity, size);
        Image how = pictures.read(attributes, size);
        Image end = pictures.read(target.path(), size);
        return target.identity != null
                ? pipeline.identityPath(who, end, how, space, curve)
                : pipeline.attributePath(who, how, end, space, curve);
    }

    private Map<String, Object> settings(Disentangler pipeline) throws IOException {
        Map<String, Object> settings = new TreeMap<>(PipelineOptions.settings(pipeline));
        settings.put("identity", Hashes.sha256(identity));
        settings.put("attributes", Hashes.sha256(attributes));
        settings.put(target.identity != null ? "toIdentity" : "toAttributes", Hashes.sha256(target.path()));
        settings.put("space", space.name());
        settings.put("curve", curve.name());
        settings.put("steps", steps);
        settings.put("from", from);
        settings.put("to", to);
        return settings;
    }

    private int oneFile(FrameFile.Kind kind, List<FrameFile> frames, LatentPath path, Map<String, Object> settings)
            throws IOException {
        batch.refuseResume(this);
        List<String> captions = labels ? frames.stream().map(FrameFile::caption).toList() : List.of();
        Animation.Timing timing = new Animation.Timing(steps, delay, 0);
        try (DraftFile draft = DraftFile.of(out);
                Animation animation = kind.together(draft.out(), timing, captions)) {
            PathFrames work = new PathFrames(path, animation);
            BatchReport report = batch.together(this, batch.config().inOrder(), work, frames, settings);
            if (report.isSuccess()) {
                animation.finish();
                draft.commit();
            }
            return batch.finish(this, report);
        }
    }
}

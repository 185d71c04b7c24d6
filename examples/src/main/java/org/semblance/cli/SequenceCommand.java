package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.semblance.Disentangler;
import org.semblance.SequenceSwapper;
import org.semblance.cli.SequenceReportOptions.Subject;
import org.semblance.image.Image;
import org.semblance.sequence.FrameSource;
import org.semblance.sequence.IdentityChoice;
import org.semblance.sequence.Person;
import org.semblance.sequence.SequenceOptions;
import org.semblance.sequence.SequenceOutcome;
import org.semblance.sequence.SequenceProgress.Stage;
import org.semblance.sequence.SequenceReport;
import org.semblance.sequence.Tracking;
import org.semblance.sequence.Unseen;
import org.semblance.sequence.ZeroPhase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One identity for each person of a sequence. */
@Command(
        name = "sequence",
        aliases = "video",
        description =
                "Gives the people in a folder of frames or in a video file other identities, each one the same from"
                        + " the first frame to the last. Run again, it goes on where it stopped.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SequenceCommand extends Verb {
    @Parameters(paramLabel = "FRAMES", description = "Folder of PNG or JPEG frames, or a video file.")
    private Path input;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "PATH",
            description = "Folder for the frames of the result," + " or a video file.")
    private Path out;

    @Mixin
    private PeopleOptions people;

    @Option(
            names = "--aligned",
            description = "Every frame is one aligned face, as 'align' and 'render-heads' make them: none is searched.")
    private boolean aligned;

    @Option(
            names = "--smooth",
            paramLabel = "FRAMES",
            defaultValue = "1.5",
            description = "Standard deviation of the filter over pose, expression and light; 0 leaves them as they are"
                    + " in each frame (default: ${DEFAULT-VALUE}).")
    private double smooth;

    @Option(
            names = "--constancy",
            paramLabel = "C",
            defaultValue = "0.5",
            description = "How much of what a person's new face would drift between frames is taken back, 0 to 1; 0 is"
                    + " faster (default: ${DEFAULT-VALUE}).")
    private double constancy;

    @Option(
            names = "--steady",
            paramLabel = "FRAMES",
            defaultValue = "2",
            description = "Standard deviation of the filter over the places of faces (default: ${DEFAULT-VALUE}).")
    private double steady;

    @Option(
            names = "--gap",
            paramLabel = "FRAMES",
            defaultValue = "8",
            description = "Most frames in a row in which a face may be missed and is still replaced"
                    + " (default: ${DEFAULT-VALUE}).")
    private int gap;

    @Option(
            names = "--rate",
            paramLabel = "FPS",
            defaultValue = "25",
            description = "Frames per second of a video that is made of a folder (default: ${DEFAULT-VALUE}); a video"
                    + " that is made of another one keeps its times and its sound.")
    private double rate;

    @Option(
            names = "--mask",
            paramLabel = "KIND",
            defaultValue = "ellipse",
            description =
                    "${COMPLETION-CANDIDATES}, the head alone or all that is cut out (default: ${DEFAULT-VALUE}).")
    private MaskKind mask;

    @Option(names = "--restart", description = "Begin anew where an unfinished run with other arguments is in the way.")
    private boolean restart;

    @Mixin
    private SequenceReportOptions report;

    @Mixin
    private FaceOptions faces;

    @Mixin
    private PictureOptions pictures;

    @Mixin
    private PipelineOptions model;

    @Override
    int run() throws IOException {
        people.check(this);
        SequencePlaces places = new SequencePlaces(input, out, rate).checked();
        if (restart) {
            SequenceSwapper.finish(places.frames());
        }
        FrameSource frames = places.source();
        try (Disentangler pipeline = model.pipeline();
                SequenceFaces found = faces(pipeline)) {
            SequenceSwapper swapper = SequenceSwapper.of(pipeline, found.locator(), options());
            Map<Integer, Image> pictures = people.pictures(found, this.pictures);
            IdentityChoice choice =
                    people.choice(pipeline, pictures, places.frames().resolve(SequenceSwapper.WORK));
            SequenceOutcome outcome;
            try (SequenceBar bar =
                    new SequenceBar(progress((long) Stage.values().length * frames.estimate()), frames.estimate())) {
                outcome = swapper.run(frames, choice, places.frames(), bar);
            }
            tell(outcome);
            places.finish(frames, outcome.frames());
            int code = 0;
            if (report.isWanted() || people.isAnonymous()) {
                Map<Integer, Image> wanted = people.wanted(outcome, pictures);
                Subject subject = new Subject(swapper, frames, choice, wanted, places.frames());
                SequenceReport figures = report.write(pipeline, subject, outcome);
                figures.lines().forEach(out()::println);
                code = people.isAnonymous() ? judged(figures) : 0;
            }
            SequenceSwapper.finish(places.frames());
            places.clear();
            out().println(out);
            return code;
        }
    }

    /** Says what speaks against calling the result anonymous; the exit code. */
    private int judged(SequenceReport figures) {
        List<String> objections = new SequenceVerdict(figures, people.unseen()).objections();
        objections.forEach(this::say);
        return objections.isEmpty() ? 0 : 1;
    }

    private void say(String words) {
        err().println("semblance: sequence: " + words);
    }

    private SequenceOptions options() {
        try {
            Tracking usual = Tracking.usual().withGap(gap);
            return new SequenceOptions(
                    new ZeroPhase(smooth),
                    constancy,
                    new ZeroPhase(steady),
                    aligned,
                    people.isAnonymous() ? usual.withAll() : usual,
                    people.unseen(),
                    mask.mask(),
                    mask.toString());
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private SequenceFaces faces(Disentangler pipeline) throws IOException {
        return new SequenceFaces(faces, aligned ? null : faces.finder(model.device()), pipeline.resolution(), err());
    }

    private void tell(SequenceOutcome outcome) {
        for (Person person : outcome.people()) {
            out().println(String.format(
                    Locale.ROOT,
                    "person %d: frames %d to %d, replaced in %d%s",
                    person.number(),
                    person.first(),
                    person.last(),
                    outcome.identities().containsKey(person.number()) ? person.frames() : 0,
                    person.frames() > person.seen()
                            ? ", of which missed and filled in " + (person.frames() - person.seen())
                            : ""));
        }
        if (!outcome.empty().isEmpty()) {
            say("nobody was found in " + outcome.empty().size() + " of " + outcome.frames() + " frames, which "
                    + (people.unseen() == Unseen.KEEP ? "stay as they are" : "are black now") + ": "
                    + FrameRanges.of(outcome.empty()));
        }
    }
}

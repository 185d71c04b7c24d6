package org.semblance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.CancellationException;
import org.semblance.image.Image;
import org.semblance.metrics.MeasuringNetworks;
import org.semblance.sequence.FaceLocator;
import org.semblance.sequence.FrameFolder;
import org.semblance.sequence.FrameSource;
import org.semblance.sequence.GivenIdentities;
import org.semblance.sequence.IdentityChoice;
import org.semblance.sequence.Person;
import org.semblance.sequence.PersonFigures;
import org.semblance.sequence.SequenceEngine;
import org.semblance.sequence.SequenceMeasure;
import org.semblance.sequence.SequenceOptions;
import org.semblance.sequence.SequenceOutcome;
import org.semblance.sequence.SequenceProgress;
import org.semblance.sequence.Sighting;
import org.semblance.sequence.WorkFolder;
import org.semblance.sequence.ZeroPhase;

/**
 * Swaps the people of a sequence of frames onto other identities, each of them one from the first frame to the last.
 *
 * <pre>{@code
 * try (Disentangler d = Disentangler.embedded()) {
 *     SequenceSwapper swapper = SequenceSwapper.aligned(d, SequenceOptions.forAligned());
 *     swapper.swap(FrameFolder.of(Path.of("frames")), List.of(Image.read(Path.of("who.png"))), Path.of("out"));
 * }
 * }</pre>
 *
 * <p>A run that was interrupted goes on when it is begun again, and makes the same bytes. The folder {@value #WORK}
 * beside the frames of the result holds what that needs until the run is finished. {@code docs/sequences.md} explains
 * how it works.
 */
public final class SequenceSwapper {
    /** Name of the folder in the folder of the result that an unfinished run leaves. */
    public static final String WORK = ".sequence";

    private final Disentangler model;
    private final FaceLocator locator;
    private final SequenceOptions options;
    private final SequenceEngine engine;

    private SequenceSwapper(Disentangler model, FaceLocator locator, SequenceOptions options) {
        this.model = model;
        this.locator = locator;
        this.options = options;
        engine = new SequenceEngine(new PipelineSteps(model), model.resolution(), locator, options, checksums(model));
    }

    private static String checksums(Disentangler model) {
        StringJoiner all = new StringJoiner(",");
        for (String role : model.model().roles()) {
            all.add(role + "=" + model.model().network(role).sha256());
        }
        all.add("drawn in " + model.generator().precision());
        return all.toString();
    }

    /** For frames each of which is one aligned face. The model is not closed with this. */
    public static SequenceSwapper aligned(Disentangler model, SequenceOptions options) {
        return of(model, frame -> List.of(), options.withAligned(true));
    }

    /** For frames in which faces are found first. Neither the model nor the finder is closed with this. */
    public static SequenceSwapper of(Disentangler model, FaceFinder finder, SequenceOptions options) {
        return of(model, located(finder, FaceFinder.SCORE), options);
    }

    /** For frames in which anything else finds the faces. The model is not closed with this. */
    public static SequenceSwapper of(Disentangler model, FaceLocator locator, SequenceOptions options) {
        return new SequenceSwapper(model, locator, options);
    }

    /** A finder of faces of at least this confidence, 0 to 1. */
    public static FaceLocator located(FaceFinder finder, double score) {
        return new FaceLocator() {
            @Override
            public List<Sighting> find(Image frame) {
                return finder.find(frame, score).stream()
                        .map(face -> new Sighting(face.box(), face.score(), face.landmarks()))
                        .toList();
            }

            @Override
            public String fingerprint() {
                return "score " + score;
            }
        };
    }

    /** The same with every frame by itself, nothing smoothed or held; to compare with. */
    public SequenceSwapper frameByFrame() {
        return of(
                model,
                locator,
                options.withFilters(new ZeroPhase(0), new ZeroPhase(0)).withConstancy(0));
    }

    /**
     * Gives people the identities of pictures: the most visible person that of the first, and so on; who comes after
     * the last picture stays as they are.
     *
     * @param identities aligned faces of the model's size
     * @param out folder for the frames of the result, PNG files with the names of the frames
     */
    public SequenceOutcome swap(FrameSource frames, List<Image> identities, Path out) throws IOException {
        IdentityChoice choice = GivenIdentities.inOrder(
                identities.stream().map(model.identity()::embed).toList());
        SequenceOutcome outcome = run(frames, choice, out, SequenceProgress.none());
        finish(out);
        return outcome;
    }

    /**
     * Processes all frames, or goes on where an interrupted run with the same frames, choice, options and networks has
     * stopped.
     *
     * @throws IOException if a frame cannot be read or written, or another run is unfinished in the folder
     * @throws CancellationException if the progress asked for it
     */
    public SequenceOutcome run(FrameSource frames, IdentityChoice choice, Path out, SequenceProgress progress)
            throws IOException {
        return engine.run(frames, choice, out, out.resolve(WORK), progress);
    }

    /** Removes what a run would need to go on; to be called when its result is complete, or to begin anew. */
    public static void finish(Path out) throws IOException {
        WorkFolder.remove(out.resolve(WORK));
    }

    /**
     * Measures the result of a run.
     *
     * @param frames what was read
     * @param out folder to which it was written
     * @param places the outcome of this run, or of another on the same frames, from whose places faces are cut
     * @param wanted pictures of who people became, by their numbers; where there is none, nothing is compared with it
     * @param networks to measure with, such as {@link Evaluator#networks}
     * @return figures of the people who were swapped, by their numbers
     */
    public Map<Integer, PersonFigures> measure(
            FrameSource frames,
            Path out,
            SequenceOutcome places,
            Map<Integer, Image> wanted,
            MeasuringNetworks networks)
            throws IOException {
        SequenceMeasure measure = new SequenceMeasure(networks, model.resolution(), options);
        FrameSource written = FrameFolder.written(out, frames, places.frames());
        Map<Integer, PersonFigures> figures = new LinkedHashMap<>();
        for (Person person : places.people()) {
            if (places.identities().containsKey(person.number())) {
                figures.put(person.number(), measure.of(frames, written, person, wanted.get(person.number())));
            }
        }
        return figures;
    }
}

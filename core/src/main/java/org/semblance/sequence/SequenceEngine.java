package org.semblance.sequence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.semblance.files.DraftFile;
import org.semblance.metrics.SwapModel;

/*
 * Passes, each with a file of records that grows with it: faces found, attribute codes, identities of faces drawn on
 * trial, blocks drawn. A run that finds these files goes on where they end. What is drawn for a block of frames depends
 * on the records alone, and a block always goes through the networks as a whole, so that a resumed run makes the same
 * bytes.
 * In memory are the frames of a block and, of each frame, a hundred bytes or so per person.
 */
/**
 * Gives every person of a sequence one identity: finds and tracks faces, cuts them out along smoothed paths, smooths
 * their attribute codes over time, and draws them so that their identity never changes.
 */
public final class SequenceEngine {
    private final SwapModel model;
    private final int resolution;
    private final FaceLocator locator;
    private final SequenceOptions options;
    private final String networks;

    /**
     * An engine with these networks.
     *
     * @param model draws faces
     * @param resolution pixels per side of what the model takes and makes
     * @param locator finds faces; not asked where the options say that frames are aligned
     * @param options how
     * @param networks tells the networks from others, such as check sums: a run is only resumed with the same
     */
    public SequenceEngine(
            SwapModel model, int resolution, FaceLocator locator, SequenceOptions options, String networks) {
        this.model = model;
        this.resolution = resolution;
        this.locator = locator;
        this.options = options;
        this.networks = networks;
    }

    /**
     * Processes all frames, or goes on with what another run left.
     *
     * @param out folder for the frames of the result, PNG files with the names of the frames
     * @param work folder for what a later run needs to go on; see {@link WorkFolder#remove} for when all is done
     * @throws IOException if a frame cannot be read or written, or the work folder is of another run
     * @throws CancellationException if the progress asked for it
     */
    public SequenceOutcome run(
            FrameSource source, IdentityChoice choice, Path out, Path work, SequenceProgress progress)
            throws IOException {
        Files.createDirectories(out);
        Faces faces = new Faces(locator, resolution, options);
        try (WorkFolder files = WorkFolder.open(work, fingerprint(source, choice))) {
            DraftFile.sweep(out);
            Run run = new Run(source, files, faces, model, options, progress);
            FindPass find = new FindPass(run);
            find.find();
            FindPass.Found found = find.tracks();
            List<Person> people = Person.of(found.tracks(), options.tracking().samePerson()).stream()
                    .map(person -> person.steadied(options.steadiness()))
                    .toList();
            Map<Integer, float[]> identities = identities(people, choice);
            Cast cast = new Cast(
                    people.stream()
                            .filter(p -> identities.containsKey(p.number()))
                            .toList(),
                    files.found().count());
            new EncodePass(run, cast).encode();
            HeldIdentities held = new HeldIdentities(run, cast, identities);
            new ProbePass(run, cast, held).probe();
            new DrawPass(run, cast, held, out).draw();
            return new SequenceOutcome(
                    cast.frames(), people, identities, empty(people, cast.frames()), found.sightings());
        }
    }

    private String fingerprint(FrameSource source, IdentityChoice choice) throws IOException {
        String all = String.join(
                "\n",
                source.fingerprint(),
                options.fingerprint(),
                locator.fingerprint(),
                choice.fingerprint(),
                networks,
                Integer.toString(resolution));
        return Fingerprint.of(all.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<Integer, float[]> identities(List<Person> people, IdentityChoice choice) {
        Map<Integer, float[]> identities = new LinkedHashMap<>();
        for (Person person : people) {
            float[] identity = choice.of(person);
            if (identity != null) {
                identities.put(person.number(), identity);
            }
        }
        return identities;
    }

    private static List<Integer> empty(List<Person> people, int frames) {
        List<Integer> empty = new ArrayList<>();
        for (int frame = 0; frame < frames; frame++) {
            int number = frame;
            if (people.stream().allMatch(p -> p.at(number) == null)) {
                empty.add(frame);
            }
        }
        return empty;
    }
}

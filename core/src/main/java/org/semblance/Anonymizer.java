package org.semblance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.semblance.image.AlignedFace;
import org.semblance.image.FaceAligner;
import org.semblance.image.FaceFrame;
import org.semblance.image.Image;
import org.semblance.image.SoftMask;
import org.semblance.json.Json;
import org.semblance.metrics.ImageFeatures;
import org.semblance.metrics.MeasuringNetworks;
import org.semblance.privacy.AnonymityMode;
import org.semblance.privacy.Certificate;
import org.semblance.privacy.FaceRecord;
import org.semblance.privacy.KSameGroups;
import org.semblance.privacy.OperatingPoint;

/**
 * Replaces the identity of a face and keeps everything else, until no given recogniser takes the result for the
 * original: the cosine of their embeddings, measured on the 8-bit picture that is delivered, is below the threshold of
 * each. A face for which no candidate is found is refused, with the figures.
 *
 * <pre>{@code
 * try (Disentangler model = Disentangler.embedded(); Evaluator networks = Evaluator.of(model)) {
 *     Anonymizer anonymizer = Anonymizer.of(model, networks);
 *     Anonymized result = anonymizer.anonymize(Image.read(Path.of("a.png")), AnonymityMode.random());
 *     result.certificate().write(Path.of("a.json"));
 * }
 * }</pre>
 *
 * <p>Thread-safe. Closes nothing. {@code docs/anonymisation.md} says what is promised and what is not.
 */
public final class Anonymizer {
    /** Within how much of a recorded figure a recomputed one must lie: other devices and batches round differently. */
    public static final double TOLERANCE = 2e-3;

    private static final int FEWEST = 2;

    private final Disentangler model;
    private final AnonymizerConfig config;
    private final List<OperatingPoint> points;
    private final FaceJudge judge;
    private final NewIdentities identities;
    private final FaceSearches searches;
    private final FaceAligner aligner;

    private Anonymizer(
            Disentangler model, List<OperatingPoint> points, ImageFeatures landmarks, AnonymizerConfig config) {
        this.model = model;
        this.config = config;
        this.points = List.copyOf(points);
        judge = new FaceJudge(model, this.points, landmarks);
        identities = new NewIdentities(model, judge, config);
        searches = new FaceSearches(model, judge, identities);
        aligner = new FaceAligner(model.resolution());
    }

    /** With all recognisers of these networks at the thresholds that their makers state, and the usual search. */
    public static Anonymizer of(Disentangler model, Evaluator networks) {
        MeasuringNetworks all = networks.networks();
        List<OperatingPoint> points =
                all.recognisers().stream().map(OperatingPoint::stated).toList();
        if (all.landmarks() == null) {
            throw new IllegalArgumentException("anonymizer: a network of landmarks is needed, got none");
        }
        return of(model, points, all.landmarks(), AnonymizerConfig.standard());
    }

    /**
     * With these recognisers.
     *
     * @param points at least two, one of them independent of the model's training
     * @param landmarks 68 points as {@code [N, 136]} fractions of the picture's sides
     */
    public static Anonymizer of(
            Disentangler model, List<OperatingPoint> points, ImageFeatures landmarks, AnonymizerConfig config) {
        long independent =
                points.stream().filter(p -> p.recogniser().independent()).count();
        if (points.size() < FEWEST || independent == 0) {
            throw new IllegalArgumentException("anonymizer: at least two recognisers are needed, one of them never used"
                    + " in training, got " + points.size() + " with " + independent + " independent");
        }
        return new Anonymizer(model, points, landmarks, config);
    }

    /** The recognisers and their thresholds. */
    public List<OperatingPoint> points() {
        return points;
    }

    /** Pixels per side of aligned pictures. */
    public int resolution() {
        return model.resolution();
    }

    /**
     * The groups of {@link AnonymityMode.KSame} for a closed set of people.
     *
     * @param people aligned pictures, one of each person, at least 2k
     */
    public KSameGroups groups(List<Image> people, int k) {
        return KSameGroups.of(model.identity().embed(people), k);
    }

    /**
     * An aligned picture.
     *
     * @param face of {@link #resolution} pixels per side
     */
    public Anonymized anonymize(Image face, AnonymityMode mode) {
        return anonymize(List.of(face), List.of(mode)).get(0);
    }

    /**
     * Aligned pictures together, which a GPU does many times faster than one after the other. A picture among others
     * may differ from the same alone by what batches of another size round.
     *
     * @param faces of {@link #resolution} pixels per side, at least one
     * @param modes one for each face
     */
    public List<Anonymized> anonymize(List<Image> faces, List<AnonymityMode> modes) {
        if (faces.isEmpty() || faces.size() != modes.size()) {
            throw new IllegalArgumentException("anonymizer: at least one face and a mode for each are needed, got "
                    + faces.size() + " faces and " + modes.size() + " modes");
        }
        List<Place> places = IntStream.range(0, faces.size())
                .mapToObj(i -> new Place(faces.get(i), modes.get(i), UnaryOperator.identity(), null))
                .toList();
        return search(places).stream()
                .map(f -> result(f.best.holds() ? f.best.drawn() : null, f.place.mode, List.of(f.record(judge))))
                .toList();
    }

    /**
     * The faces of a photograph, each put back where it was; what is measured is cut from the finished photograph. If
     * one face is refused, the photograph is.
     *
     * @param frames where the faces are, at least one
     * @param mask how much of a new face goes back
     * @param modes one for each face
     */
    public Anonymized anonymize(Image photo, List<FaceFrame> frames, SoftMask mask, List<AnonymityMode> modes) {
        if (frames.isEmpty() || frames.size() != modes.size()) {
            throw new IllegalArgumentException("anonymizer: at least one face and a mode for each are needed, got "
                    + frames.size() + " faces and " + modes.size() + " modes");
        }
        Image current = photo;
        boolean isDelivered = true;
        List<Sought> faces = new ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            Image before = current;
            AlignedFace aligned = aligner.align(photo, frames.get(i));
            Place place = new Place(
                    aligned.image(),
                    modes.get(i),
                    drawn -> aligner.align(aligned.pasteInto(before, drawn, mask), aligned.frame())
                            .image(),
                    frames.get(i));
            Sought face = search(List.of(place)).get(0);
            faces.add(face);
            isDelivered &= face.best.holds();
            current = aligned.pasteInto(current, face.best.drawn(), mask);
        }
        Image made = current;
        List<FaceRecord> records = new ArrayList<>();
        for (Sought face : faces) {
            FaceJudge.Reading read = judge.read(face.place.seen(aligner, made));
            isDelivered &= judge.holds(judge.cosines(face.original, read));
            records.add(face.record(judge, read));
        }
        return result(isDelivered ? made : null, modes.get(0), records);
    }

    /** Where a new face is looked for. @param delivered what will be seen of a drawn face */
    private record Place(
            Image face,
            AnonymityMode mode,
            UnaryOperator<Image> delivered,
            @Nullable FaceFrame frame) {
        /** What is seen there in a picture. */
        Image seen(FaceAligner aligner, Image picture) {
            return frame == null ? picture : aligner.align(picture, frame).image();
        }
    }

    private record Sought(
            Place place, FaceJudge.Reading original, double[] before, FaceSearch.Candidate best, int tried) {
        FaceRecord record(FaceJudge judge) {
            return record(judge, best.read());
        }

        /** With how far the face is from who it must be, where it must be somebody. */
        private Json parameters(FaceJudge.Reading made) {
            Map<String, Object> all = new LinkedHashMap<>(place.mode.parameters());
            if (best.target().likeness() != null) {
                all.put("distance", best.target().distance(made));
            }
            return Json.of(all);
        }

        FaceRecord record(FaceJudge judge, FaceJudge.Reading made) {
            return new FaceRecord(
                    place.frame,
                    parameters(made),
                    tried,
                    judge.similarities(before, judge.cosines(original, made)),
                    judge.preservation(original, made));
        }
    }

    private List<Sought> search(List<Place> places) {
        List<FaceJudge.Reading> originals =
                judge.read(places.stream().map(Place::face).toList());
        Map<String, FaceSearch.Target> pseudonyms =
                identities.pseudonyms(places.stream().map(Place::mode).toList());
        List<FaceSearch> all = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            Place place = places.get(i);
            FaceJudge.Reading original = originals.get(i);
            all.add(new FaceSearch(
                    judge,
                    config,
                    original,
                    place.delivered,
                    identities.of(place.mode, place.face, original.identity(), pseudonyms)));
        }
        searches.run(all);
        List<FaceJudge.Reading> kept = searches.reconstructions(all);
        return IntStream.range(0, places.size())
                .mapToObj(i -> sought(places.get(i), all.get(i), kept.get(i)))
                .toList();
    }

    private Sought sought(Place place, FaceSearch search, FaceJudge.Reading kept) {
        FaceJudge.Reading original = search.original();
        return new Sought(place, original, judge.cosines(original, kept), search.best(), search.tried());
    }

    private Anonymized result(@Nullable Image picture, AnonymityMode mode, List<FaceRecord> faces) {
        String hash = picture == null ? "" : Certificate.hash(picture);
        return new Anonymized(Optional.ofNullable(picture), new Certificate(hash, mode.name(), faces, versions()));
    }

    private Json versions() {
        Map<String, Object> networks = new LinkedHashMap<>();
        for (String role : model.model().roles()) {
            networks.put(role, model.model().network(role).sha256());
        }
        String own = Anonymizer.class.getPackage().getImplementationVersion();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("semblance", own == null ? "not packed" : own);
        all.put("java", Runtime.version().toString());
        all.put("device", model.generator().device().name());
        all.put("precision", model.generator().precision().name());
        all.put("model", model.model().name());
        all.put("networks", networks);
        return Json.of(all);
    }

    /**
     * Recomputes what a certificate says.
     *
     * @param delivered the picture as it was read from its file
     * @param original the picture that it was made from, or null if it is not at hand; then the hash and the recorded
     *     figures alone are checked
     * @return what is wrong; empty if the certificate holds
     */
    public List<String> check(Certificate certificate, Image delivered, @Nullable Image original) {
        return check(List.of(new CertifiedPicture(certificate, delivered, original)))
                .get(0);
    }

    /** As {@link #check(Certificate, Image, Image)}, for many pictures together, in their order. */
    public List<List<String>> check(List<CertifiedPicture> pictures) {
        return new CertificateCheck(points, judge, aligner).of(pictures);
    }
}

package org.semblance.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.semblance.Anonymized;
import org.semblance.Anonymizer;
import org.semblance.AnonymizerConfig;
import org.semblance.CertifiedPicture;
import org.semblance.Deidentification;
import org.semblance.Evaluator;
import org.semblance.IdEncoder;
import org.semblance.cli.Heads;
import org.semblance.image.FaceFrame;
import org.semblance.image.Image;
import org.semblance.image.Point;
import org.semblance.image.SoftMask;
import org.semblance.json.Json;
import org.semblance.metrics.Embeddings;
import org.semblance.metrics.EvaluationReport;
import org.semblance.metrics.Interval;
import org.semblance.privacy.AnonymityMode;
import org.semblance.privacy.Certificate;
import org.semblance.privacy.FaceRecord;
import org.semblance.privacy.KSameGroups;
import org.semblance.privacy.OperatingPoint;
import org.semblance.privacy.SecretSource;
import org.semblance.privacy.Similarity;

/** Anonymous pictures of the embedded model, measured again by its recognisers. */
class AnonymizerTest {
    @RegisterExtension
    static final Heads64 HEADS = new Heads64();

    private static final SecretSource SECRET = SecretSource.of("a secret of sixteen bytes".getBytes());

    private @Nullable Evaluator opened;

    @BeforeEach
    void open() throws IOException {
        opened = Evaluator.of(HEADS.model());
    }

    @AfterEach
    void close() {
        networks().close();
    }

    private Evaluator networks() {
        return Objects.requireNonNull(opened);
    }

    private Anonymizer anonymizer() {
        return Anonymizer.of(HEADS.model(), networks());
    }

    private static AnonymityMode pseudonym(String subject, int epoch) {
        return new AnonymityMode.Pseudonym(SECRET, subject, epoch);
    }

    private static Image delivered(Anonymized result) {
        assertThat(result.isDelivered()).isTrue();
        return result.picture().orElseThrow();
    }

    /** The cosine by every recogniser, computed here. */
    private double[] cosines(Image a, Image b) {
        return networks().networks().recognisers().stream()
                .mapToDouble(r -> Embeddings.cosines(
                        r.features().of(List.of(a)), r.features().of(List.of(b)))[0])
                .toArray();
    }

    @Test
    void everyRecogniserIsBelowItsThresholdOnWhatIsDelivered() {
        Anonymizer anonymizer = anonymizer();
        for (int i = 0; i < 3; i++) {
            Image head = Heads.head(300 + i, 400 + i);
            Anonymized result = anonymizer.anonymize(head, new AnonymityMode.RandomIdentity(SecretSource.ofSeed(1), 1));
            Image made = delivered(result);
            List<Similarity> said = result.certificate().faces().get(0).similarities();
            double[] read = cosines(head, made);
            assertThat(said).hasSize(2).anyMatch(Similarity::independent);
            for (int r = 0; r < 2; r++) {
                assertThat(read[r]).isLessThan(said.get(r).threshold());
                assertThat(said.get(r).after()).isCloseTo(read[r], within(1e-3));
                assertThat(said.get(r).before()).isGreaterThan(0.6);
            }
            assertThat(anonymizer.check(result.certificate(), made, head)).isEmpty();
        }
    }

    /** Lists are searched together, and come out as each by itself but for rounding. */
    @Test
    void picturesTogetherAreWhatEachIsAlone() {
        Anonymizer anonymizer = anonymizer();
        List<Image> heads = List.of(Heads.head(380, 490), Heads.head(381, 491), Heads.head(382, 492));
        List<AnonymityMode> modes = List.of(
                new AnonymityMode.RandomIdentity(SecretSource.ofSeed(5), 0.05),
                pseudonym("Dora", 0),
                new AnonymityMode.RandomIdentity(SecretSource.ofSeed(5), 1));
        List<Anonymized> together = anonymizer.anonymize(heads, modes);
        for (int i = 0; i < 3; i++) {
            Anonymized alone = anonymizer.anonymize(heads.get(i), modes.get(i));
            assertThat(together.get(i).certificate().mode())
                    .isEqualTo(modes.get(i).name());
            for (double cosine : cosines(delivered(alone), delivered(together.get(i)))) {
                assertThat(cosine).isGreaterThan(0.99);
            }
            assertThat(together.get(i).certificate().faces().get(0).tried())
                    .isEqualTo(alone.certificate().faces().get(0).tried());
        }
        List<CertifiedPicture> certified = IntStream.range(0, 3)
                .mapToObj(i -> new CertifiedPicture(
                        together.get(i).certificate(), delivered(together.get(i)), i == 1 ? null : heads.get(i)))
                .toList();
        assertThat(anonymizer.check(certified)).hasSize(3).allMatch(List::isEmpty);
        List<CertifiedPicture> confused = List.of(
                certified.get(0),
                new CertifiedPicture(together.get(2).certificate(), delivered(together.get(2)), heads.get(0)));
        assertThat(anonymizer.check(confused).get(0)).isEmpty();
        assertThat(anonymizer.check(confused).get(1)).anyMatch(w -> w.contains("as recorded, got"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> anonymizer.anonymize(heads, modes.subList(0, 2)))
                .withMessageContaining("got 3 faces and 2 modes");
    }

    @Test
    void certificatesFailOnChangedPicturesAndOtherOriginals() {
        Anonymizer anonymizer = anonymizer();
        Image head = Heads.head(310, 410);
        Anonymized result = anonymizer.anonymize(head, pseudonym("a", 0));
        byte[] rgb = delivered(result).toBytes();
        rgb[777] ^= 1;
        Image changed = Image.of(64, 64, rgb);
        assertThat(anonymizer.check(result.certificate(), changed, null))
                .singleElement()
                .asString()
                .contains("the picture must have SHA-256");
        assertThat(anonymizer.check(result.certificate(), delivered(result), Heads.head(311, 411)))
                .isNotEmpty();
        assertThat(result.certificate().versions().get("precision").asString()).isEqualTo("FLOAT32");
        Certificate original = new Certificate(
                Certificate.hash(head),
                "random",
                result.certificate().faces(),
                result.certificate().versions());
        assertThat(anonymizer.check(original, head, head)).anyMatch(w -> w.contains("must be below"));
    }

    @Test
    void pseudonymsAreOnePersonInEveryPictureAndRun() {
        Image first = Heads.head(320, 420);
        Image second = Heads.head(320, 421);
        Image a = delivered(anonymizer().anonymize(first, pseudonym("Alice", 0)));
        Anonymizer other = anonymizer();
        Image b = delivered(other.anonymize(second, pseudonym("Alice", 0)));
        assertThat(delivered(other.anonymize(first, pseudonym("Alice", 0)))).isEqualTo(a);
        double[] same = cosines(a, b);
        double[] epoch = cosines(a, delivered(other.anonymize(first, pseudonym("Alice", 1))));
        SecretSource key = SecretSource.of("a second secret, of as many bytes".getBytes());
        double[] keys = cosines(a, delivered(other.anonymize(first, new AnonymityMode.Pseudonym(key, "Alice", 0))));
        for (int r = 0; r < 2; r++) {
            double threshold = other.points().get(r).threshold();
            assertThat(same[r]).isGreaterThan(threshold);
            assertThat(epoch[r]).isLessThan(threshold);
            assertThat(keys[r]).isLessThan(threshold);
        }
    }

    /** Within half of a threshold's angle of one centre any two pictures match; certificates tell how near each is. */
    @Test
    void pseudonymsOfDistanceOneAtMostMatch() {
        Anonymizer anonymizer = anonymizer();
        List<Image> certain = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Anonymized result = anonymizer.anonymize(Heads.head(390, 480 + i), pseudonym("Carol", 0));
            double distance = result.certificate()
                    .faces()
                    .get(0)
                    .parameters()
                    .get("distance")
                    .asDouble();
            assertThat(distance).isBetween(0.05, 2.0);
            if (distance <= 1) {
                certain.add(delivered(result));
            }
        }
        assertThat(certain).hasSizeGreaterThan(1);
        for (Image a : certain) {
            for (Image b : certain) {
                double[] read = cosines(a, b);
                for (int r = 0; r < 2; r++) {
                    assertThat(read[r]).isGreaterThan(anonymizer.points().get(r).threshold());
                }
            }
        }
    }

    @Test
    void randomIdentitiesCannotBeLinked() {
        Anonymizer anonymizer = anonymizer();
        AnonymityMode mode = AnonymityMode.random();
        Image a = delivered(anonymizer.anonymize(Heads.head(330, 430), mode));
        Image b = delivered(anonymizer.anonymize(Heads.head(330, 431), mode));
        assertThat(delivered(anonymizer.anonymize(Heads.head(330, 430), mode))).isEqualTo(a);
        assertThat(delivered(anonymizer.anonymize(Heads.head(330, 430), AnonymityMode.random())))
                .isNotEqualTo(a);
        double[] read = cosines(a, b);
        for (int r = 0; r < 2; r++) {
            assertThat(read[r]).isLessThan(anonymizer.points().get(r).threshold());
        }
    }

    @Test
    void weakStrengthsAreRaisedUntilTheBoundHolds() {
        Anonymizer anonymizer = anonymizer();
        Image head = Heads.head(340, 440);
        Anonymized weak = anonymizer.anonymize(head, new AnonymityMode.RandomIdentity(SecretSource.ofSeed(2), 0.05));
        assertThat(weak.isDelivered()).isTrue();
        assertThat(weak.certificate().faces().get(0).tried())
                .isGreaterThan(AnonymizerConfig.standard().candidates()
                        + AnonymizerConfig.standard().corrections());
    }

    @Test
    void refusesWithTheFiguresWhereNothingHolds() {
        List<OperatingPoint> strict = anonymizer().points().stream()
                .map(p -> new OperatingPoint(p.recogniser(), 0.9, -0.9, "for this test"))
                .toList();
        Anonymizer anonymizer = Anonymizer.of(
                HEADS.model(),
                strict,
                Objects.requireNonNull(networks().networks().landmarks()),
                new AnonymizerConfig(2, 1, 0.5, 1, 0.5));
        Anonymized result = anonymizer.anonymize(Heads.head(350, 450), AnonymityMode.random());
        assertThat(result.picture()).isEmpty();
        assertThat(result.certificate().holds()).isFalse();
        assertThat(result.certificate().sha256()).isEmpty();
        assertThat(result.certificate().json().get("delivered").asBoolean()).isFalse();
        FaceRecord face = result.certificate().faces().get(0);
        assertThat(face.tried()).isGreaterThanOrEqualTo(6);
        assertThat(face.similarities()).allMatch(s -> s.after() > s.threshold());
    }

    @Test
    void groupsOfPeopleShareOneFace() {
        Anonymizer anonymizer = anonymizer();
        List<Image> people = IntStream.range(0, 6)
                .mapToObj(i -> Heads.head(360 + i, 460 + i))
                .toList();
        KSameGroups groups = anonymizer.groups(people, 3);
        AnonymityMode mode = new AnonymityMode.KSame(groups, 3);
        int[] group = people.stream()
                .mapToInt(p -> groups.groupOf(HEADS.model().identity().embed(p)))
                .toArray();
        List<float[]> made = new ArrayList<>();
        for (Image person : people) {
            made.add(HEADS.model().identity().embed(delivered(anonymizer.anonymize(person, mode))));
        }
        double within = 1;
        double across = -1;
        for (int i = 1; i < 6; i++) {
            for (int j = 0; j < i; j++) {
                double cosine = IdEncoder.cosine(made.get(i), made.get(j));
                if (group[i] == group[j]) {
                    within = Math.min(within, cosine);
                } else {
                    across = Math.max(across, cosine);
                }
            }
        }
        assertThat(within)
                .as("within %s across %s", within, across)
                .isGreaterThan(0.5)
                .isGreaterThan(across + 0.2);
    }

    @Test
    void photographsAreMeasuredWhereTheFaceWentBack() {
        Anonymizer anonymizer = anonymizer();
        Image photo = Heads.head(370, 470).resized(128, 128);
        FaceFrame frame = new FaceFrame(new Point(64, 64), new Point(64, 0));
        Anonymized result =
                anonymizer.anonymize(photo, List.of(frame), SoftMask.square(0.05), List.of(pseudonym("Bob", 0)));
        Image made = delivered(result);
        assertThat(made.width()).isEqualTo(128);
        assertThat(result.certificate().faces().get(0).frame()).isEqualTo(frame);
        assertThat(anonymizer.check(result.certificate(), made, photo)).isEmpty();
        Anonymized kept = anonymizer.anonymize(photo, List.of(frame), (u, v) -> 0, List.of(pseudonym("Bob", 0)));
        assertThat(kept.isDelivered()).isFalse();
    }

    @Test
    void asksForTwoRecognisersOneOfThemIndependent() {
        List<OperatingPoint> points = anonymizer().points();
        for (List<OperatingPoint> few : List.of(points.subList(1, 2), List.of(points.get(0), points.get(0)))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Anonymizer.of(
                            HEADS.model(),
                            few,
                            Objects.requireNonNull(networks().networks().landmarks()),
                            AnonymizerConfig.standard()))
                    .withMessageContaining("at least two recognisers");
        }
    }

    /** The criteria of the de-identification in small. */
    @Test
    void measuresDeidentification() throws IOException {
        EvaluationReport report = Deidentification.run(HEADS.model(), networks(), 5, 20, 3, n -> {});
        assertThat(value(report, "delivery/refused_random")).isZero();
        assertThat(value(report, "delivery/pseudonym_repeated")).isEqualTo(1);
        assertThat(value(report, "delivery/certificates")).isEqualTo(1);
        assertThat(value(report, "kept/agreement_less_swap_error")).isBetween(1e-3, 0.5);
        assertThat(value(report, "kept/agreement_less_swap"))
                .isCloseTo(value(report, "kept/agreement") - value(report, "kept/agreement_swap"), within(1e-12));
        assertThat(report.json().get("phase_seconds").get("searching").asDouble())
                .isPositive();
        for (String key : List.of("identity", "recogniser")) {
            assertThat(value(report, "recogniser_" + key + "/below_threshold")).isEqualTo(1);
            assertThat(value(report, "recogniser_" + key + "/after_max")).isLessThan(0.78);
            assertThat(value(report, "recogniser_" + key + "/linked")).isGreaterThan(0.8);
            assertThat(value(report, "recogniser_" + key + "/linked_keys")).isZero();
            assertThat(value(report, "recogniser_" + key + "/linked_keys_low")).isZero();
            assertThat(value(report, "recogniser_" + key + "/linked_strangers")).isLessThan(0.5);
            assertThat(value(report, "recogniser_" + key + "/rank_5")).isBetween(0.0, 1.0);
        }
        assertThat(value(report, "kept/landmark_px")).isBetween(0.5, 2.0);
        Json criteria = report.json().get("criteria");
        assertThat(criteria.elements()).hasSize(23).allMatch(c -> c.has("value"));
        for (Json one : criteria.elements()) {
            assertThat(value(report, "criteria/" + one.get("key").asString()))
                    .isEqualTo(value(report, one.get("key").asString()));
        }
        assertThat(report.json().get("criteria_hold").asBoolean())
                .isEqualTo(criteria.elements().stream()
                        .allMatch(c -> c.get("holds").asBoolean()));
    }

    private static double value(EvaluationReport report, String path) {
        return report.figure(path).map(Interval::value).orElseThrow();
    }
}

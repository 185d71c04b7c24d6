package org.semblance.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.heads.HeadFactors;
import org.semblance.heads.HeadRenderer;
import org.semblance.image.Image;
import org.semblance.json.Json;

/** The protocol on a world without networks: the factors themselves are the codes, so that every optimum is known. */
class EvaluationTest {
    private static final int COUNT = 96;
    private static final int SIDE = 16;
    private static final RenderedPairs PAIRS = new RenderedPairs(COUNT, SIDE, 0);
    private static final Map<Image, HeadFactors> KNOWN = new HashMap<>();
    private static final List<HeadFactors> SOURCES = new ArrayList<>();
    private static final FactorLayout LAYOUT = layout();

    private static FactorLayout layout() {
        try {
            return FactorLayout.of(Json.parse(
                    "[{\"name\": \"yaw\", \"kind\": \"linear\", \"group\": \"attribute\", \"col\": 0},"
                            + "{\"name\": \"pitch\", \"kind\": \"linear\", \"group\": \"attribute\", \"col\": 1},"
                            + "{\"name\": \"roll\", \"kind\": \"linear\", \"group\": \"attribute\", \"col\": 2},"
                            + "{\"name\": \"face_w\", \"kind\": \"linear\", \"group\": \"identity\", \"col\": 3},"
                            + "{\"name\": \"bg_hue\", \"kind\": \"circular\", \"group\": \"attribute\", \"col\": 4},"
                            + "{\"name\": \"eye_col\", \"kind\": \"categorical\", \"group\": \"identity\", \"col\": 6,"
                            + " \"classes\": 6},"
                            + "{\"name\": \"glasses\", \"kind\": \"categorical\", \"group\": \"attribute\","
                            + " \"col\": 12, \"classes\": 3}]",
                    "layout"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeAll
    static void knowAllHeads() {
        Pairs all = PAIRS.draw(0, COUNT);
        Pairs.Truth truth = Objects.requireNonNull(all.truth());
        SOURCES.addAll(truth.identities());
        SOURCES.addAll(truth.attributes());
        for (int i = 0; i < COUNT; i++) {
            KNOWN.put(all.identities().get(i), truth.identities().get(i));
            KNOWN.put(all.attributes().get(i), truth.attributes().get(i));
            KNOWN.put(
                    truth.swaps().get(i),
                    truth.identities()
                            .get(i)
                            .withAttributesOf(truth.attributes().get(i)));
        }
    }

    private static Image drawn(HeadFactors head) {
        return KNOWN.entrySet().stream()
                .filter(known -> known.getValue().equals(head))
                .findFirst()
                .map(Map.Entry::getKey)
                .orElseGet(() -> {
                    Image image = Image.fromFloats(
                            new HeadRenderer(1).render(head, SIDE).image());
                    KNOWN.put(image, head);
                    return image;
                });
    }

    private static HostArray rows(List<Image> images, Function<HeadFactors, float[]> code) {
        List<float[]> rows = images.stream()
                .map(i -> code.apply(Objects.requireNonNull(KNOWN.get(i))))
                .toList();
        float[] data = new float[rows.size() * rows.get(0).length];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, data, i * rows.get(0).length, rows.get(0).length);
        }
        return HostArray.of(data, rows.size(), rows.get(0).length);
    }

    private record Known(Function<HeadFactors, float[]> code) implements ImageFeatures {
        @Override
        public HostArray of(List<Image> images) {
            return rows(images, code);
        }

        @Override
        public int resolution() {
            return SIDE;
        }
    }

    /** Swaps as the truth does, or gives the attribute picture back. */
    private record World(boolean perfect) implements SwapModel {
        @Override
        public HostArray identities(List<Image> images) {
            return rows(images, HeadFactors::identity);
        }

        @Override
        public HostArray attributes(List<Image> images) {
            return rows(images, HeadFactors::attributes);
        }

        @Override
        public HostArray codes(HostArray identities, HostArray attributes) {
            float[] data = new float[47 * identities.shape().dim(0)];
            for (int i = 0; i < identities.shape().dim(0); i++) {
                System.arraycopy(identities.data(), 22 * i, data, 47 * i, 22);
                System.arraycopy(attributes.data(), 25 * i, data, 47 * i + 22, 25);
            }
            return HostArray.of(data, identities.shape().dim(0), 47);
        }

        @Override
        public List<Image> images(HostArray codes) {
            List<Image> images = new ArrayList<>();
            for (int i = 0; i < codes.shape().dim(0); i++) {
                images.add(image(codes.data(), 47 * i));
            }
            return images;
        }

        private Image image(float[] codes, int at) {
            HeadFactors how = find(codes, at + 22, false);
            return drawn(perfect ? find(codes, at, true).withAttributesOf(how) : how);
        }

        private static HeadFactors find(float[] codes, int at, boolean identity) {
            return SOURCES.stream()
                    .filter(h -> equal(identity ? h.identity() : h.attributes(), codes, at))
                    .findFirst()
                    .orElseThrow();
        }

        private static boolean equal(float[] a, float[] codes, int at) {
            for (int k = 0; k < a.length; k++) {
                if (a[k] != codes[at + k]) {
                    return false;
                }
            }
            return true;
        }
    }

    private static EvaluationReport run(boolean perfect) throws IOException {
        MeasuringNetworks networks = new MeasuringNetworks(
                List.of(new Recogniser("v", true, "00", 0.5, new Known(HeadFactors::identity))),
                new Known(h -> HeadRenderer.landmarks(h).data()),
                new Known(h -> LAYOUT.truth(List.of(h)).data()),
                LAYOUT,
                null,
                Map.of(),
                Map.of("f", new Known(h -> new float[] {h.normalised("yaw"), h.normalised("bg_val")})));
        AtomicInteger done = new AtomicInteger();
        EvaluationReport report = Evaluation.run(
                new World(perfect),
                networks,
                PAIRS,
                new EvaluationConfig(40, 100, 1, 3),
                Device.cpu(),
                done::addAndGet);
        assertThat(done.get()).isEqualTo(COUNT);
        return report;
    }

    private static double value(EvaluationReport report, String path) {
        return report.figure(path).orElseThrow().value();
    }

    @Test
    void aTrueSwapReachesEveryOptimum() throws IOException {
        EvaluationReport report = run(true);
        assertThat(value(report, "identity_v/id_to_output")).isCloseTo(1, within(1e-6));
        assertThat(value(report, "identity_v/normalised")).isCloseTo(1, within(1e-6));
        assertThat(value(report, "identity_v/accepted_stated")).isEqualTo(1);
        assertThat(value(report, "identity_v/accepted_far_1e-2")).isEqualTo(1);
        assertThat(value(report, "identity_v/top_1")).isEqualTo(1);
        assertThat(value(report, "identity_v/auc")).isEqualTo(1);
        assertThat(value(report, "identity_v/nearer_to_identity")).isEqualTo(1);
        assertThat(value(report, "geometry/landmark_px"))
                .isEqualTo(value(report, "geometry/landmark_px_swap"))
                .isBetween(0.01, 2.0);
        assertThat(value(report, "geometry/landmark_rms"))
                .isGreaterThan(value(report, "geometry/landmark_px"))
                .isBetween(0.01, 2.5);
        assertThat(value(report, "reconstruction/mse")).isZero();
        assertThat(value(report, "reconstruction/edit_consistency")).isZero();
        assertThat(value(report, "agreement/pose_error")).isCloseTo(0, within(1e-5));
        assertThat(value(report, "agreement/attributes_right")).isCloseTo(1, within(1e-9));
        assertThat(value(report, "agreement/glasses")).isEqualTo(1);
        assertThat(value(report, "agreement/glasses_recall")).isEqualTo(1);
        assertThat(value(report, "blocks/attribute_cycle")).isZero();
        assertThat(value(report, "blocks/identity_invariance")).isZero();
        assertThat(value(report, "blocks/attribute_invariance")).isZero();
        assertThat(value(report, "blocks/identity_from_identity")).isCloseTo(1, within(1e-3));
        assertThat(value(report, "blocks/identity_from_attributes")).isLessThan(0.2);
        assertThat(value(report, "blocks/attributes_from_attributes")).isGreaterThan(0.7);
        FactorScore eyes = report.factor("eye_col").orElseThrow();
        assertThat(eyes.regressor()).isEqualTo(1);
        assertThat(eyes.right().value()).isEqualTo(1);
        assertThat(eyes.wrong().value()).isLessThan(0.4);
        assertThat(eyes.recall().value()).isNaN();
        assertThat(report.factor("yaw").orElseThrow().ceiling()).isCloseTo(1, within(1e-9));
        assertThat(report.probes()).hasSize(LAYOUT.factors().size());
        assertThat(value(report, "realism/fid_f")).isLessThan(0.05);
    }

    @Test
    void givingTheAttributePictureBackMovesNobody() throws IOException {
        EvaluationReport report = run(false);
        assertThat(value(report, "identity_v/attributes_to_output")).isCloseTo(1, within(1e-6));
        assertThat(value(report, "identity_v/normalised")).isCloseTo(0, within(1e-6));
        assertThat(value(report, "identity_v/nearer_to_identity")).isZero();
        assertThat(value(report, "identity_v/auc")).isBetween(0.35, 0.65);
        assertThat(value(report, "identity_v/top_1")).isLessThan(0.1);
        assertThat(value(report, "geometry/landmark_px")).isZero();
        assertThat(value(report, "agreement/identity_wrong")).isCloseTo(1, within(1e-9));
        assertThat(report.factor("face_w").orElseThrow().right().value()).isBetween(-0.35, 0.35);
        assertThat(value(report, "blocks/identity_invariance")).isGreaterThan(1e3);
    }

    @Test
    void reportsInJson() throws IOException {
        Json json = Json.parse(run(true).json().pretty(), "report");
        assertThat(json.get("schema").asInt()).isEqualTo(EvaluationReport.SCHEMA);
        assertThat(json.get("pairs").asInt()).isEqualTo(COUNT);
        Json lpips = json.get("figures").get("reconstruction").get("lpips_alex");
        assertThat(lpips.get("available").asBoolean()).isFalse();
        assertThat(lpips.get("note").asString()).isNotEmpty();
        assertThat(json.get("figures").get("geometry").keys()).doesNotContain("pose_error");
        Json landmarks = json.get("figures").get("geometry").get("landmark_px");
        assertThat(landmarks.get("interval").at(0).asDouble())
                .isLessThan(landmarks.get("value").asDouble());
        assertThat(json.get("factors").get("glasses").get("recall").asDouble()).isEqualTo(1);
        assertThat(json.get("probes").get("yaw").get("information_gap").asDouble())
                .isGreaterThan(0.2);
    }

    @Test
    void seedZeroIsTheHeadsOfThePublishedFigures() {
        Pairs first = PAIRS.draw(3, 2);
        Pairs.Truth truth = Objects.requireNonNull(first.truth());
        assertThat(truth.identities().get(0)).isEqualTo(HeadFactors.of(8_000_003, 80_000_003));
        assertThat(truth.attributes().get(1)).isEqualTo(HeadFactors.of(8_000_004 + COUNT, 80_000_004 + COUNT));
        assertThat(new RenderedPairs(COUNT, SIDE, 1).draw(3, 2).identities()).isNotEqualTo(first.identities());
    }
}

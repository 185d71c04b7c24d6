package org.semblance.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.array.HostArray;
import org.semblance.image.FaceFrame;
import org.semblance.image.Image;
import org.semblance.image.Point;
import org.semblance.json.Json;
import org.semblance.metrics.ImageFeatures;
import org.semblance.metrics.Recogniser;

class CertificateTest {
    private static final Preservation KEPT = new Preservation(64, 1.25, 1.5, 0.3, Map.of("yaw", 0.1, "smile", -0.2));

    private static Similarity similarity(String name, double threshold, double after) {
        return new Similarity(name, "0".repeat(64), true, 1e-3, threshold, "stated by its makers", 0.9, after);
    }

    private static FaceRecord face(double after) {
        return new FaceRecord(
                new FaceFrame(new Point(30, 20), new Point(10, 1)),
                Json.of(Map.of("strength", 1)),
                5,
                List.of(similarity("a", 0.8, 0.1), similarity("b", 0.7, after)),
                KEPT);
    }

    private static Certificate certificate(double after) {
        return new Certificate(
                "f".repeat(64), "random", List.of(face(0.2), face(after)), Json.of(Map.of("java", "17")));
    }

    @Test
    void goesThroughAFileUnchanged(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("c.json");
        certificate(0.3).write(file);
        assertThat(Certificate.read(file)).isEqualTo(certificate(0.3));
        Json json = Json.parse(file);
        assertThat(json.get("faces")
                        .at(1)
                        .get("preservation")
                        .get("landmark_rms_px")
                        .asDouble())
                .isEqualTo(1.5);
        Files.writeString(file, Files.readString(file).replace("\"schema\": 1", "\"schema\": 2"));
        assertThatIOException()
                .isThrownBy(() -> Certificate.read(file))
                .withMessageContaining("expected schema version 1, got 2");
    }

    @Test
    void holdsBelowEveryThresholdAlone() {
        assertThat(certificate(0.69).holds()).isTrue();
        assertThat(certificate(0.7).holds()).isFalse();
        assertThat(certificate(Double.NaN).holds()).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Certificate("", "random", List.of(), Json.of(Map.of())));
    }

    @Test
    void hashesKnowSizeAndPixels() {
        String hash = Certificate.hash(Image.filled(2, 8, 0x102030));
        assertThat(hash).matches("[0-9a-f]{64}").isEqualTo(Certificate.hash(Image.filled(2, 8, 0x102030)));
        assertThat(Certificate.hash(Image.filled(8, 2, 0x102030))).isNotEqualTo(hash);
        assertThat(Certificate.hash(Image.filled(2, 8, 0x102031))).isNotEqualTo(hash);
    }

    @Test
    void summariesCountAndKeepTheWorst() {
        AnonymizationSummary summary = new AnonymizationSummary();
        summary.add("a.png", certificate(0.3));
        summary.add("b.png", certificate(0.6));
        summary.add("c.png", new Certificate("", "random", List.of(face(0.9)), Json.of(Map.of())));
        summary.failed("d.png", "damaged");
        Json json = summary.json();
        assertThat(json.get("pictures").asInt()).isEqualTo(4);
        assertThat(json.get("delivered_rate").asDouble()).isEqualTo(0.5);
        assertThat(json.get("refused_rate").asDouble()).isEqualTo(0.25);
        Json second = json.get("recognisers").at(1);
        assertThat(second.get("after_max").asDouble()).isEqualTo(0.6);
        assertThat(second.get("after_mean").asDouble()).isCloseTo((0.2 + 0.3 + 0.2 + 0.6) / 4, within(1e-12));
        assertThat(json.get("refusals").get("c.png").get("b").asDouble()).isEqualTo(0.9);
        assertThat(json.get("failures").get("d.png").asString()).isEqualTo("damaged");
    }

    @Test
    void preservationIsInPixelsOfTheFace() {
        float[] before = new float[136];
        float[] after = new float[136];
        for (int k = 0; k < 68; k++) {
            before[2 * k] = after[2 * k] = (float) Math.cos(k) / 4 + 0.5f;
            before[2 * k + 1] = after[2 * k + 1] = (float) Math.sin(1.7 * k) / 4 + 0.5f;
        }
        after[10] += 0.5f;
        Preservation kept = Preservation.of(
                64, HostArray.of(before, 1, 136), HostArray.of(after, 1, 136), new float[] {3, 4}, new float[] {3, 3});
        assertThat(kept.landmarkMean()).isCloseTo(32.0 / 68, within(1e-5));
        assertThat(kept.landmarkRms()).isCloseTo(32 / Math.sqrt(68), within(1e-5));
        assertThat(kept.attributeDistance()).isCloseTo(0.2, within(1e-6));
        assertThat(kept.measures()).containsKeys("yaw", "roll", "mouth_open");
    }

    /** A recogniser that sees the colour alone: the angle between colours. */
    private static Recogniser colours(double threshold) {
        return new Recogniser("colour", true, "0".repeat(64), threshold, new ImageFeatures() {
            @Override
            public HostArray of(List<Image> images) {
                float[] rows = new float[3 * images.size()];
                IntStream.range(0, rows.length)
                        .forEach(i -> rows[i] = images.get(i / 3).rgb(0, 0) >> (16 - 8 * (i % 3)) & 0xff);
                return HostArray.of(rows, images.size(), 3);
            }

            @Override
            public int resolution() {
                return 4;
            }
        });
    }

    @Test
    void operatingPointsAreStatedOrCalibrated() {
        assertThat(OperatingPoint.stated(colours(0.8))).satisfies(p -> {
            assertThat(p.threshold()).isEqualTo(0.8);
            assertThat(p.far()).isEqualTo(1e-3);
        });
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OperatingPoint.stated(colours(Double.NaN)))
                .withMessageContaining("must be calibrated");
        List<Image> pictures = IntStream.range(0, 21)
                .mapToObj(i -> Image.filled(6, 6, (10 * i) << 16 | 100 << 8 | 50))
                .toList();
        int[] persons = IntStream.range(0, 21).toArray();
        OperatingPoint point = OperatingPoint.calibrated(colours(Double.NaN), pictures, persons, 0.1);
        assertThat(point.source()).isEqualTo("calibrated on 210 pairs of 21 people");
        assertThat(point.threshold()).isBetween(0.97, 1.0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OperatingPoint.calibrated(colours(0.8), pictures, persons, 1e-3))
                .withMessageContaining("needs 10 / FAR pairs");
    }
}

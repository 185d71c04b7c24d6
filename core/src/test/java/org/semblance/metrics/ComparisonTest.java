package org.semblance.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.json.Json;

/**
 * A world of pictures of one colour, so that every figure is known: red is who it is, green and blue are everything
 * else, the style code is the colour. The mapper makes it {@link #REDDER}.
 */
class ComparisonTest {
    private static final int SIDE = 8;
    private static final int COUNT = 6;
    private static final int REDDER = 5;

    /** What the colour of a picture is, in levels. */
    private record Colour(int from, int to) implements ImageFeatures {
        @Override
        public HostArray of(List<Image> images) {
            int width = to - from;
            float[] rows = new float[width * images.size()];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = images.get(i / width).toBytes()[from + i % width] & 0xff;
            }
            return HostArray.of(rows, images.size(), width);
        }

        @Override
        public int resolution() {
            return SIDE;
        }
    }

    private static final class World implements SwapModel {
        @Override
        public HostArray identities(List<Image> images) {
            return new Colour(0, 1).of(images);
        }

        @Override
        public HostArray attributes(List<Image> images) {
            return new Colour(1, 3).of(images);
        }

        @Override
        public HostArray codes(HostArray identities, HostArray attributes) {
            int n = identities.shape().dim(0);
            float[] codes = new float[3 * n];
            for (int i = 0; i < n; i++) {
                codes[3 * i] = identities.data()[i] + REDDER;
                System.arraycopy(attributes.data(), 2 * i, codes, 3 * i + 1, 2);
            }
            return HostArray.of(codes, n, 3);
        }

        @Override
        public List<Image> images(HostArray codes) {
            return IntStream.range(0, codes.shape().dim(0))
                    .mapToObj(i -> picture(
                            (int) codes.data()[3 * i], (int) codes.data()[3 * i + 1], (int) codes.data()[3 * i + 2]))
                    .toList();
        }
    }

    private static Image picture(int red, int green, int blue) {
        return Image.filled(SIDE, SIDE, red << 16 | green << 8 | blue);
    }

    /** Pair i: red of 10 + i and 40 + i; green and blue 100, 100 and 103, 104. */
    private record Colours(boolean generated) implements PairSource {
        @Override
        public int count() {
            return COUNT;
        }

        @Override
        public String description() {
            return "colours";
        }

        @Override
        public Pairs draw(int first, int count) {
            int[] who = IntStream.range(first, first + count).toArray();
            List<Image> identities =
                    IntStream.of(who).mapToObj(i -> picture(10 + i, 100, 100)).toList();
            List<Image> attributes =
                    IntStream.of(who).mapToObj(i -> picture(40 + i, 103, 104)).toList();
            return new Pairs(identities, attributes, who, who, null, generated ? codes(identities, attributes) : null);
        }

        /** Each colour, with 12 less of blue. */
        private static Pairs.Codes codes(List<Image> identities, List<Image> attributes) {
            HostArray first = new Colour(0, 3).of(identities);
            for (int i = 2; i < first.data().length; i += 3) {
                first.data()[i] -= 12;
            }
            return new Pairs.Codes(first, new Colour(0, 3).of(attributes));
        }
    }

    private static MeasuringNetworks networks() {
        Recogniser red = new Recogniser("v", true, "00", Double.NaN, new Colour(0, 2));
        return new MeasuringNetworks(List.of(red), null, null, null, null, Map.of(), Map.of());
    }

    private static EvaluationReport run(MeasuringNetworks networks, PairSource pairs) throws IOException {
        EvaluationConfig config = new EvaluationConfig(4, 20, 1, 2);
        return Evaluation.run(new World(), networks, pairs, config, Device.cpu(), n -> {});
    }

    private static double value(EvaluationReport report, String path) {
        return report.figure(path).orElseThrow().value();
    }

    private static Json figure(EvaluationReport report, String section, String key) throws IOException {
        return Json.parse(report.json().pretty(), "report")
                .get("figures")
                .get(section)
                .get(key);
    }

    @Test
    void everyNetworkOfTheUsersOwnComparesItsPictures() throws IOException {
        ImageFeatures colour = new Colour(0, 3);
        EvaluationReport report = run(
                networks()
                        .with(Comparison.LPIPS_ALEX, (made, wanted) -> {
                            assertThat(made).hasSameSizeAs(wanted).hasSizeBetween(1, 4);
                            return new double[made.size()];
                        })
                        .with(Comparison.LPIPS_VGG, colour)
                        .with(Comparison.EXPRESSION, colour)
                        .with(Comparison.SHAPE, colour)
                        .with(Comparison.MASKED_LPIPS, colour)
                        .with(Comparison.POSE_ERROR, colour)
                        .with(Comparison.POSE_GEODESIC, colour),
                new Colours(true));
        double toAttributes = 30 - REDDER;
        double toIdentity = Math.sqrt(REDDER * REDDER + 9 + 16);
        double apart = Math.sqrt(900 + 9 + 16);
        assertThat(value(report, "reconstruction/lpips_alex")).isZero();
        assertThat(value(report, "reconstruction/lpips_vgg")).isCloseTo(REDDER * REDDER, within(1e-4));
        assertThat(value(report, "geometry/expression")).isCloseTo(toAttributes, within(1e-4));
        assertThat(value(report, "geometry/expression_unmoved")).isCloseTo(apart, within(1e-4));
        assertThat(value(report, "geometry/shape")).isCloseTo(toIdentity, within(1e-4));
        assertThat(value(report, "geometry/shape_unmoved")).isCloseTo(apart, within(1e-4));
        assertThat(value(report, "geometry/masked_lpips")).isCloseTo(toAttributes * toAttributes, within(1e-3));
        assertThat(value(report, "geometry/pose_error")).isCloseTo(toAttributes, within(1e-4));
        double turn = IntStream.range(0, COUNT)
                .mapToDouble(i ->
                        PoseError.geodesic(new double[] {10 + REDDER + i, 103, 104}, new double[] {40 + i, 103, 104}))
                .average()
                .orElseThrow();
        assertThat(value(report, "geometry/pose_geodesic")).isCloseTo(turn, within(1e-4));
        Json shape = figure(report, "geometry", "shape");
        assertThat(shape.get("value").asDouble()).isCloseTo(toIdentity, within(1e-4));
        assertThat(shape.get("interval").elements()).hasSize(2);
        assertThat(figure(report, "geometry", "pose_error").get("unit").asString())
                .isEqualTo("degrees");
    }

    @Test
    void whatHasNoNetworkSaysWhichIsMissing() throws IOException {
        EvaluationReport report = run(networks(), new Colours(true));
        for (Comparison what : Comparison.values()) {
            String section = what.ofReconstruction() ? "reconstruction" : "geometry";
            Json missing = figure(report, section, what.key());
            assertThat(missing.get("available").asBoolean()).as(what.key()).isFalse();
            assertThat(missing.get("note").asString()).isEqualTo("no network '" + what.role() + "'");
        }
        for (String key : List.of("landmark_px", "landmark_rms", "landmark_rms_51", "landmark_nme_51")) {
            assertThat(figure(report, "geometry", key).get("note").asString()).isEqualTo("no landmark network");
        }
        assertThat(figure(report, "identity_debiased", "id_to_output")
                        .get("note")
                        .asString())
                .contains("debiased");
        for (String key : List.of("id_to_swap", "normalised", "auc_swap", "eer_swap", "tar_swap")) {
            assertThat(figure(report, "identity_v", key).get("note").asString()).contains("second picture");
        }
        assertThat(figure(report, "identity_v", "accepted_far_1e-4").get("note").asString())
                .isEqualTo("needs 100000 pairs of people, got 15");
        assertThat(value(report, "identity_v/auc")).isBetween(0.0, 1.0);
    }

    @Test
    void aDebiasedRecogniserHasFiguresOfItsOwn() throws IOException {
        Recogniser green = new Recogniser("debiased", true, "11", Double.NaN, new Colour(1, 3));
        EvaluationReport report = run(networks().withDebiased(green), new Colours(true));
        assertThat(value(report, "identity_debiased/attributes_to_output")).isCloseTo(1, within(1e-6));
        assertThat(report.json()
                        .get("recognisers")
                        .get("debiased")
                        .get("sha256")
                        .asString())
                .isEqualTo("11");
        Recogniser same = new Recogniser("v", true, "11", Double.NaN, new Colour(1, 3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(networks().withDebiased(same), new Colours(true)))
                .withMessageContaining("[v, v]");
    }

    @Test
    void codesFoundInGeneratedPicturesAreComparedWithTheTruth() throws IOException {
        EvaluationReport report = run(networks(), new Colours(true));
        assertThat(value(report, "reconstruction/w_error")).isCloseTo(13, within(1e-5)); // 5 of red, 12 of blue
        assertThat(value(report, "reconstruction/w_error_strangers")).isCloseTo(Math.sqrt(900 + 9 + 256), within(1e-4));
        assertThat(value(report, "reconstruction/edit_consistency")).isCloseTo(REDDER, within(1e-5));
        assertThat(value(report, "reconstruction/edit_size")).isCloseTo(5, within(1e-5)); // 3 of green, 4 of blue
        assertThat(report.figure("reconstruction/mse_attributes")).isEmpty();
        EvaluationReport real = run(networks(), new Colours(false));
        assertThat(figure(real, "reconstruction", "w_error").get("note").asString())
                .contains("not known");
        double error = REDDER * REDDER / (3 * 255.0 * 255.0);
        assertThat(value(real, "reconstruction/mse_attributes")).isCloseTo(error, within(1e-9));
        assertThat(value(real, "reconstruction/psnr_attributes")).isCloseTo(-10 * Math.log10(error), within(1e-4));
        assertThat(value(real, "identity_v/attributes_to_reconstruction")).isBetween(0.9, 1.0);
    }

    @Test
    void distancesMustBeNumbersOnePerPair() {
        MeasuringNetworks few = networks().with(Comparison.SHAPE, (made, wanted) -> new double[1]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(few, new Colours(true)))
                .withMessage("shape: distances must be one per pair, 4, got 1");
        MeasuringNetworks broken = networks().with(Comparison.LIGHT, (made, wanted) -> {
            double[] all = new double[made.size()];
            all[1] = Double.NaN;
            return all;
        });
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(broken, new Colours(true)))
                .withMessage("light: distances must be finite, got NaN");
        MeasuringNetworks flat = networks().with(Comparison.POSE_GEODESIC, new Colour(0, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(flat, new Colours(true)))
                .withMessageContaining("yaw, pitch and roll");
    }

    /** Pairs of three people in the order of the files: the first 4,200 show one. */
    @Test
    void fewPeopleWithManyPairsReachTheEnd() throws IOException {
        List<Path> who = paths("a", 3);
        PicturePairs pairs = new PicturePairs(who, paths("b", 4200), 20_000, 0, path -> {
            int number = Integer.parseInt(path.getFileName().toString());
            return path.startsWith("a") ? picture(10 + 60 * number, 100, 100) : picture(40, number % 200, 104);
        });
        assertThat(pairs.count()).isEqualTo(12_600);
        EvaluationConfig config = new EvaluationConfig(4096, 5, 1, 2);
        EvaluationReport report = Evaluation.run(new World(), networks(), pairs, config, Device.cpu(), n -> {});
        assertThat(figure(report, "identity_v", "accepted_far_1e-2").get("note").asString())
                .isEqualTo("needs 1000 pairs of people, got 3");
        assertThat(value(report, "identity_v/auc")).isBetween(0.0, 1.0);
    }

    private static List<Path> paths(String folder, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Path.of(folder, String.valueOf(i)))
                .toList();
    }
}

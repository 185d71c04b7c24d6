package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.semblance.array.HostArray;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.image.Box;
import org.semblance.image.Image;
import org.semblance.image.Point;
import org.semblance.json.Json;
import org.semblance.networks.FeatureNetwork;
import org.semblance.networks.faceapi.FaceLandmarkNetwork;
import org.semblance.networks.faceapi.SsdMobileNet;
import org.semblance.networks.faceapi.TinyFaceDetector;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * The networks of face-api.js against its own outputs. Nothing of the package is kept here, so this runs only where
 * {@code semblance.faces} names a folder with its {@code model} and {@code demo}, and {@code semblance.faces.expected}
 * the JSON of expected outputs.
 */
@ExtendWith(NoLeaks.class)
class RealFacesTest {
    private static Path folder = Path.of("");
    private static Json expected = Json.of(null);
    private static FaceModels models = new FaceModels(Path.of("."));

    @BeforeAll
    static void open() throws IOException {
        String place = System.getProperty("semblance.faces");
        String json = System.getProperty("semblance.faces.expected");
        assumeTrue(
                place != null && json != null,
                "face-api's package and its expected outputs are needed: -Dsemblance.faces=... and"
                        + " -Dsemblance.faces.expected=...");
        folder = Path.of(place);
        models = new FaceModels(folder.resolve("model"));
        expected = Json.parse(Path.of(json));
    }

    @Test
    void descriptorOfTheFormula() throws IOException {
        try (IdEncoder recogniser = models.recogniser(TestDevice.get())) {
            float[] got = run(recogniser.network(), 150);
            assertThat(distance(got, net("recognition150", "descriptor"))).isLessThan(1e-5);
        }
    }

    @Test
    void landmarksOfTheFormula() throws IOException {
        try (LandmarkDetector full = models.landmarks(TestDevice.get());
                LandmarkDetector tiny = models.landmarks(FaceLandmarkNetwork.Kind.TINY, TestDevice.get())) {
            assertThat(distance(run(full.network(), 112), net("landmark112_raw136")))
                    .isLessThan(1e-5);
            assertThat(distance(run(tiny.network(), 112), net("landmarkTiny112_raw136")))
                    .isLessThan(1e-5);
        }
    }

    @Test
    void detectorsOfTheFormula() throws IOException {
        try (SsdMobileNet ssd = (SsdMobileNet) models.ssd(TestDevice.get());
                TinyFaceDetector tiny = (TinyFaceDetector) models.tiny(TestDevice.get());
                Scope scope = Scope.open()) {
            float[] classes = ssd.predict(tensor(512)).classes().toHost().data();
            double sum = 0;
            double most = 0;
            for (int i = 1; i < classes.length; i += 3) {
                double score = 1 / (1 + Math.exp(-classes[i]));
                sum += score;
                most = Math.max(most, score);
            }
            Json wanted = expected.get("net").get("ssd512");
            assertThat(sum).isCloseTo(wanted.get("scoreSum").asDouble(), within(1e-4));
            assertThat(most).isCloseTo(wanted.get("maxScore").asDouble(), within(1e-6));
            float[] cells = tiny.predict(tensor(416)).toHost().data();
            double[] first = net("tiny416", "first64");
            for (int i = 0; i < first.length; i++) {
                assertThat(cells[i % 25 * 169 + i / 25]).isCloseTo((float) first[i], within(2e-4f));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sample1", "sample2", "sample3"})
    void photographs(String name) throws IOException {
        Json wanted = expected.get("images").get(name);
        Image image = Image.read(folder.resolve(wanted.get("file").asString()));
        try (FaceFinder finder = FaceFinder.load(models, TestDevice.get());
                IdEncoder recogniser = models.recogniser(TestDevice.get())) {
            List<Face> faces = finder.find(image);
            List<Json> known = wanted.get("faces").elements();
            assertThat(faces).hasSameSizeAs(known);
            for (int i = 0; i < faces.size(); i++) {
                same(image, faces.get(i), known.get(i), recogniser);
            }
        }
        try (FaceFinder finder = FaceFinder.of(models.tiny(TestDevice.get()), models.landmarks(TestDevice.get()))) {
            List<Face> faces = finder.find(image);
            List<Json> known = wanted.get("tiny416").elements();
            assertThat(faces).hasSameSizeAs(known);
            for (int i = 0; i < faces.size(); i++) {
                sameBox(faces.get(i).box(), known.get(i).get("box"), 0.05);
            }
        }
    }

    private static void same(Image image, Face face, Json known, IdEncoder recogniser) {
        sameBox(face.box(), known.get("box"), 0.05);
        assertThat(face.score()).isCloseTo(known.get("score").asDouble(), within(1e-5));
        double size = face.box().width();
        for (int k = 0; k < 68; k++) {
            double[] point = known.get("landmarks").at(k).asDoubles();
            Point got = face.landmarks().get(k);
            assertThat(Math.hypot(got.x() - point[0], got.y() - point[1])).isLessThan(1e-4 * size);
        }
        float[] descriptor = FaceFinder.describe(recogniser, image, face);
        assertThat(distance(descriptor, known.get("descriptor").asDoubles())).isLessThan(1e-4);
    }

    private static void sameBox(Box box, Json known, double pixels) {
        assertThat(box.x()).isCloseTo(known.get("x").asDouble(), within(pixels));
        assertThat(box.y()).isCloseTo(known.get("y").asDouble(), within(pixels));
        assertThat(box.width()).isCloseTo(known.get("width").asDouble(), within(pixels));
        assertThat(box.height()).isCloseTo(known.get("height").asDouble(), within(pixels));
    }

    private static float[] run(FeatureNetwork network, int side) {
        try (Scope scope = Scope.open()) {
            return network.apply(tensor(side)).toHost().data();
        }
    }

    private static Tensor tensor(int side) {
        float[] data = new float[3 * side * side];
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    int level = (y * 7 + x * 13 + c * 29 + x * y % 11 * 3) % 256;
                    data[(c * side + y) * side + x] = (float) (level / 127.5 - 1);
                }
            }
        }
        return Tensor.of(TestDevice.get(), HostArray.of(data, 1, 3, side, side));
    }

    private static double[] net(String... path) {
        Json json = expected.get("net");
        for (String step : path) {
            json = json.get(step);
        }
        return json.asDoubles();
    }

    private static double distance(float[] got, double[] wanted) {
        assertThat(got).hasSameSizeAs(wanted);
        double difference = 0;
        double size = 0;
        for (int i = 0; i < got.length; i++) {
            difference += (got[i] - wanted[i]) * (got[i] - wanted[i]);
            size += wanted[i] * wanted[i];
        }
        return Math.sqrt(difference / size);
    }
}

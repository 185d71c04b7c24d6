package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.image.Image;
import org.semblance.networks.FeatureNetwork;
import org.semblance.networks.faceapi.FaceBox;
import org.semblance.networks.faceapi.FaceDetectionNetwork;
import org.semblance.nn.ParameterSource;
import org.semblance.nn.Parameters;
import org.semblance.tensor.Tensor;

/** Where boxes and points end up in a photograph, with networks that always say the same. */
@ExtendWith(NoLeaks.class)
class FaceFinderTest {
    private static final int SIDE = 64;

    private static Parameters nothing() {
        ParameterSource none = new ParameterSource() {
            @Override
            public HostArray take(String name, Shape shape) {
                throw new IllegalArgumentException(name);
            }

            @Override
            public @Nullable HostArray takeIfPresent(String name, Shape shape) {
                return null;
            }

            @Override
            public @Nullable Shape shapeOf(String name) {
                return null;
            }
        };
        return Parameters.load("fixed", TestDevice.get(), none, false, p -> p);
    }

    private record Detector(Parameters parameters, List<FaceBox> boxes) implements FaceDetectionNetwork {
        @Override
        public int resolution() {
            return SIDE;
        }

        @Override
        public List<List<FaceBox>> detect(Tensor x, double score) {
            return List.of(boxes.stream().filter(b -> b.score() >= score).toList());
        }
    }

    /** Every point at (0.25, 0.75). */
    private record Points(Parameters parameters) implements FeatureNetwork {
        @Override
        public String name() {
            return "points";
        }

        @Override
        public int resolution() {
            return SIDE;
        }

        @Override
        public int size() {
            return 136;
        }

        @Override
        public Tensor apply(Tensor x) {
            float[] data = new float[136];
            for (int i = 0; i < 136; i++) {
                data[i] = i % 2 == 0 ? 0.25f : 0.75f;
            }
            return Tensor.of(x.device(), data, 1, 136);
        }
    }

    private static FaceFinder finder(FaceBox... boxes) {
        return FaceFinder.of(new Detector(nothing(), List.of(boxes)), LandmarkDetector.of(new Points(nothing())));
    }

    @Test
    void placesInAWidePhotograph() {
        Image photo = Image.filled(400, 200, 0x808080); // in the square: 64 by 32
        try (FaceFinder finder = finder(new FaceBox(0.5, 0.125, 0.75, 0.5, 0.9))) {
            Face face = finder.find(photo).get(0);
            assertThat(face.box().x()).isCloseTo(200, within(1e-9));
            assertThat(face.box().y()).isCloseTo(50, within(1e-9));
            assertThat(face.box().width()).isCloseTo(100, within(1e-9));
            assertThat(face.box().height()).isCloseTo(150, within(1e-9));
            assertThat(face.landmarks()).hasSize(68);
            // the crop of 100 by 150 lies in the middle of a square of 150
            assertThat(face.landmarks().get(0).x()).isCloseTo(200 + 0.25 * 150 - 25, within(1e-4));
            assertThat(face.landmarks().get(0).y()).isCloseTo(50 + 0.75 * 150, within(1e-4));
        }
    }

    @Test
    void boxesBeyondTheEdge() {
        Image photo = Image.filled(100, 100, 0x808080);
        try (FaceFinder finder = finder(
                new FaceBox(-0.2, -0.2, 0.3, 0.3, 0.8),
                new FaceBox(0.999, 0.999, 1.4, 1.4, 0.7),
                new FaceBox(0.1, 0.1, 0.9, 0.9, 0.95),
                new FaceBox(0.1, 0.1, 0.9, 0.9, 0.3))) {
            List<Face> faces = finder.find(photo);
            assertThat(faces).extracting(Face::score).containsExactly(0.95, 0.8);
            assertThat(faces.get(1).box().x()).isZero();
            assertThat(faces.get(1).box().width()).isCloseTo(30, within(1e-9));
            assertThatIllegalArgumentException().isThrownBy(() -> finder.find(photo, 1.5));
        }
    }

    @Test
    void noneIsAnEmptyList() {
        try (FaceFinder finder = finder()) {
            assertThat(finder.find(Image.filled(30, 500, 0))).isEmpty();
        }
    }
}

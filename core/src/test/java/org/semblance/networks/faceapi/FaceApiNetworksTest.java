package org.semblance.networks.faceapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.OpCase;
import org.semblance.contract.TestDevice;
import org.semblance.networks.FeatureNetwork;
import org.semblance.nn.ParameterSource;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Reduce;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** The structure of face-api's networks with random weights; with the real ones see RealFacesTest. */
@ExtendWith(NoLeaks.class)
class FaceApiNetworksTest {
    private static final Device DEVICE = TestDevice.get();

    @Test
    void sizesAreFaceApis() {
        ScaledWeights recogniser = new ScaledWeights();
        FaceRecognitionNetwork.load(recogniser, DEVICE, false).close();
        assertThat(recogniser.taken()).hasSize(117);
        assertThat(recogniser.parameters()).isEqualTo(5_614_592);
        ScaledWeights landmarks = new ScaledWeights();
        FaceLandmarkNetwork.load(FaceLandmarkNetwork.Kind.FULL, landmarks, DEVICE, false)
                .close();
        assertThat(landmarks.taken()).hasSize(49);
        assertThat(landmarks.parameters()).isEqualTo(356_840);
        ScaledWeights small = new ScaledWeights();
        FaceLandmarkNetwork.load(FaceLandmarkNetwork.Kind.TINY, small, DEVICE, false)
                .close();
        assertThat(small.taken()).hasSize(28);
        assertThat(small.parameters()).isEqualTo(77_224);
        ScaledWeights tiny = new ScaledWeights();
        TinyFaceDetector.load(tiny, DEVICE, false).close();
        assertThat(tiny.taken()).hasSize(19);
        assertThat(tiny.parameters()).isEqualTo(193_321);
    }

    @Test
    void frozenAndTrainableAgreeAndHaveGradients() {
        proves((s, trainable) -> FaceRecognitionNetwork.load(s, DEVICE, trainable));
        proves((s, trainable) -> FaceLandmarkNetwork.load(FaceLandmarkNetwork.Kind.FULL, s, DEVICE, trainable));
        proves((s, trainable) -> FaceLandmarkNetwork.load(FaceLandmarkNetwork.Kind.TINY, s, DEVICE, trainable));
    }

    private static void proves(BiFunction<ParameterSource, Boolean, FeatureNetwork> make) {
        try (FeatureNetwork frozen = make.apply(new ScaledWeights(), false);
                FeatureNetwork trainable = make.apply(new ScaledWeights(), true);
                Scope scope = Scope.open()) {
            int side = frozen.resolution();
            HostArray x = OpCase.between(1, -0.9, 0.9, 2, 3, side, side);
            float[] a = frozen.apply(Tensor.of(DEVICE, x)).toHost().data();
            float[] b = trainable.apply(Tensor.of(DEVICE, x)).toHost().data();
            assertThat(a).hasSize(2 * frozen.size());
            for (int i = 0; i < a.length; i++) {
                assertThat(b[i]).isCloseTo(a[i], within(1e-3f * (1 + Math.abs(a[i]))));
            }
            assertThat(frozen.parameters().trained()).isEmpty();
            Tensor loss = Reduce.sumAll(Elementwise.square(trainable.apply(Tensor.of(DEVICE, x))));
            List<Tensor> all = trainable.parameters().trained();
            List<Tensor> gradients = new ArrayList<>(Gradients.of(loss).wrt(all));
            assertThat(gradients)
                    .hasSameSizeAs(all)
                    .allMatch(g -> norm(g.toHost().data()) > 0);
            gradientIsTheSlope(frozen, x);
        }
    }

    /** Along its own direction the gradient must be the slope. */
    private static void gradientIsTheSlope(FeatureNetwork network, HostArray x) {
        Tensor in = Tensor.of(DEVICE, x).track();
        Tensor y = network.apply(in);
        float[] g = Gradients.of(Reduce.sumAll(y)).wrt(in).toHost().data();
        double length = norm(g);
        double step = 3e-3;
        double slope = (sum(network, x, g, step / length) - sum(network, x, g, -step / length)) / (2 * step);
        assertThat(slope).isCloseTo(length, within(0.05 * length));
    }

    private static double sum(FeatureNetwork network, HostArray x, float[] direction, double step) {
        float[] moved = x.data().clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += (float) (step * direction[i]);
        }
        double sum = 0;
        for (float v : network.apply(Tensor.of(DEVICE, new HostArray(x.shape(), moved)))
                .toHost()
                .data()) {
            sum += v;
        }
        return sum;
    }

    private static double norm(float[] v) {
        double sum = 0;
        for (float x : v) {
            sum += (double) x * x;
        }
        return Math.sqrt(sum);
    }

    @Test
    void detectorsSuppressOverlaps() {
        List<FaceBox> boxes = List.of(
                new FaceBox(0, 0, 0.4, 0.4, 0.6),
                new FaceBox(0.02, 0, 0.42, 0.4, 0.9),
                new FaceBox(0.5, 0.5, 0.9, 0.9, 0.7),
                new FaceBox(0.3, 0.3, 0.6, 0.6, 0.65));
        assertThat(FaceBoxes.best(boxes, 0.5, 100)).extracting(FaceBox::score).containsExactly(0.9, 0.7, 0.65);
        assertThat(FaceBoxes.best(boxes, 0.5, 1)).extracting(FaceBox::score).containsExactly(0.9);
        assertThat(boxes.get(0).overlap(boxes.get(1))).isCloseTo(0.38 / 0.42, within(1e-9));
    }

    @Test
    void detectorsRun() {
        try (SsdMobileNet ssd = SsdMobileNet.load(new ScaledWeights(), DEVICE, false);
                TinyFaceDetector tiny = TinyFaceDetector.load(new ScaledWeights(), DEVICE, false);
                Scope scope = Scope.open()) {
            Tensor x = Tensor.of(DEVICE, OpCase.between(1, -1, 1, 1, 3, 512, 512));
            SsdMobileNet.Prediction prediction = ssd.predict(x);
            assertThat(prediction.boxes().shape()).isEqualTo(Shape.of(1, 5118, 4));
            assertThat(prediction.classes().shape()).isEqualTo(Shape.of(1, 5118, 3));
            assertThat(ssd.detect(x, 0).get(0)).hasSizeLessThanOrEqualTo(100).isNotEmpty();
            Tensor small = Tensor.of(DEVICE, OpCase.between(1, -1, 1, 2, 3, 416, 416));
            assertThat(tiny.predict(small).shape()).isEqualTo(Shape.of(2, 25, 13, 13));
            assertThat(tiny.detect(small, 1)).containsExactly(List.of(), List.of());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tiny.predict(x))
                    .withMessage("tiny_face_detector: x must be [N, 3, 416, 416], got [1, 3, 512, 512]");
        }
    }
}

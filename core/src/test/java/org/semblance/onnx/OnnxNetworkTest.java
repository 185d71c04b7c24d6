package org.semblance.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.OpCase;
import org.semblance.contract.TestDevice;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Reduce;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** Whole networks against ONNX Runtime, and their gradients against finite differences. */
@ExtendWith(NoLeaks.class)
class OnnxNetworkTest {
    private static final Device DEVICE = TestDevice.get();

    private static final Map<String, OnnxFile> FILES = Map.of(
            "iresnet", Architectures.iresnet(),
            "mobilenet", Architectures.mobilenet(),
            "resnet", Architectures.resnet(),
            "landmarks", Architectures.landmarks());

    static Stream<String> files() {
        return FILES.keySet().stream().sorted();
    }

    private static HostArray picture(String name, int rows) {
        return switch (name) {
            case "iresnet" -> OpCase.normal(1, rows, 3, 32, 32);
            case "mobilenet" -> OpCase.normal(2, rows, 3, 40, 40);
            case "resnet" -> OpCase.normal(3, rows, 3, 48, 48);
            default -> OpCase.between(4, 0, 1, rows, 32, 32, 3);
        };
    }

    private static byte[] supported(String name) {
        return FILES.get(name).bytes();
    }

    @ParameterizedTest
    @MethodSource("files")
    void agreesWithOnnxRuntime(String name) throws IOException, OrtException {
        byte[] bytes = supported(name);
        try (OnnxNetwork network = OnnxNetwork.load(OnnxModel.read(bytes, name), DEVICE);
                Scope scope = Scope.open()) {
            HostArray x = picture(name, 2);
            HostArray got = network.apply(Tensor.of(DEVICE, x)).toHost();
            HostArray wanted = OrtPeer.run(known(name), network.output(), x);
            assertThat(got.shape()).isEqualTo(wanted.shape());
            assertThat(OnnxOperatorsTest.distance(got, wanted)).isLessThan(1e-5);
            HostArray more = network.apply(Tensor.of(DEVICE, picture(name, 4))).toHost();
            assertThat(more.shape().dim(0)).isEqualTo(4);
        }
    }

    /** ONNX Runtime refuses a file with an operator that it does not know, even where nobody asks for its result. */
    private static byte[] known(String name) {
        return name.equals("landmarks")
                ? Architectures.landmarks(false).bytes()
                : FILES.get(name).bytes();
    }

    /** Along its own direction, where it is the steepest, the gradient must be the slope. */
    @ParameterizedTest
    @MethodSource("files")
    void gradientsReachThePicture(String name) throws IOException {
        try (OnnxNetwork network = OnnxNetwork.load(OnnxModel.read(supported(name), name), DEVICE)) {
            HostArray x = picture(name, 2);
            float[] gradient = gradient(network, x);
            double length = Math.sqrt(dot(gradient, gradient));
            double step = 1e-2;
            float[] ahead = moved(network, x, gradient, step / length);
            float[] behind = moved(network, x, gradient, -step / length);
            float[] change = new float[ahead.length];
            for (int i = 0; i < change.length; i++) {
                change[i] = ahead[i] - behind[i];
            }
            double slope = dot(weights(change.length), change) / (2 * step);
            assertThat(slope).isCloseTo(length, within(0.01 * length));
        }
    }

    private static float[] weights(int count) {
        return OpCase.normal(11, count).data();
    }

    private static float[] gradient(OnnxNetwork network, HostArray x) {
        try (Scope scope = Scope.open()) {
            Tensor in = Tensor.of(DEVICE, x).track();
            Tensor y = network.apply(in);
            Tensor w =
                    Tensor.of(DEVICE, weights(y.shape().intCount()), y.shape().dims());
            return Gradients.of(Reduce.sumAll(Elementwise.mul(y, w)))
                    .wrt(in)
                    .toHost()
                    .data();
        }
    }

    private static float[] moved(OnnxNetwork network, HostArray x, float[] direction, double step) {
        float[] moved = x.data().clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += (float) (step * direction[i]);
        }
        try (Scope scope = Scope.open()) {
            return network.apply(Tensor.of(DEVICE, new HostArray(x.shape(), moved)))
                    .toHost()
                    .data();
        }
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}

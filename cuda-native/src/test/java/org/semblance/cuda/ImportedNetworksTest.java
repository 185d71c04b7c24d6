package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.networks.FeatureNetwork;
import org.semblance.networks.RandomSource;
import org.semblance.networks.faceapi.FaceLandmarkNetwork;
import org.semblance.networks.faceapi.FaceRecognitionNetwork;
import org.semblance.networks.faceapi.ScaledWeights;
import org.semblance.networks.oplist.OpList;
import org.semblance.networks.oplist.OpListFeatures;
import org.semblance.networks.oplist.OpListNetwork;
import org.semblance.networks.stylegan1.StyleGan1Config;
import org.semblance.networks.stylegan1.StyleGan1Generator;
import org.semblance.networks.stylegan2.Channels;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.onnx.Architectures;
import org.semblance.onnx.OnnxFeatures;
import org.semblance.onnx.OnnxFile;
import org.semblance.onnx.OnnxInput;
import org.semblance.onnx.OnnxModel;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Reduce;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** Networks made elsewhere, with random weights: outputs and gradients on the GPU are those of the CPU. */
class ImportedNetworksTest extends GpuTest {
    private static final double NEAR = 2e-5;

    /** A host may have the backend of the CPU without its natives, as a bundle for GPU hosts does. */
    @BeforeEach
    void needsTheCpuToo() {
        try {
            Device.cpu();
        } catch (UnsupportedOperationException e) {
            abort("no CPU backend to compare with: " + e.getMessage());
        }
    }

    private interface Maker {
        FeatureNetwork on(Device device) throws IOException;
    }

    private static Arguments network(String name, Maker maker) {
        return Arguments.of(name, maker);
    }

    private static Arguments onnx(String name, OnnxFile file, OnnxInput input) {
        return network(name, device -> OnnxFeatures.of(OnnxModel.read(file.bytes(), name), input, device));
    }

    static Stream<Arguments> networks() {
        return Stream.of(
                onnx("onnx iresnet", Architectures.iresnet(), OnnxInput.arcFace()),
                onnx("onnx mobilenet", Architectures.mobilenet(), OnnxInput.imageNet()),
                onnx("onnx resnet", Architectures.resnet(), OnnxInput.vggFace2()),
                onnx("onnx landmarks", Architectures.landmarks(), OnnxInput.range(0, 1)),
                network("face-api recogniser", d -> FaceRecognitionNetwork.load(new ScaledWeights(), d, false)),
                network(
                        "face-api landmarks",
                        d -> FaceLandmarkNetwork.load(FaceLandmarkNetwork.Kind.FULL, new ScaledWeights(), d, false)),
                network(
                        "face-api small landmarks",
                        d -> FaceLandmarkNetwork.load(FaceLandmarkNetwork.Kind.TINY, new ScaledWeights(), d, false)),
                network("list of operations", ImportedNetworksTest::opList));
    }

    private static FeatureNetwork opList(Device device) {
        OpList list = new OpList(
                "list",
                List.of(3, 20, 20),
                List.of(
                        step(OpList.Op.CONV, "c", 3, 8, 3, 2, 1, "x", "a"),
                        step(OpList.Op.BN, "n", 8, 8, 0, 1, 0, "a", "b"),
                        step(OpList.Op.RELU, "", 0, 0, 0, 1, 0, "b", "c"),
                        step(OpList.Op.MAXPOOL, "", 0, 0, 3, 2, 1, "c", "d"),
                        step(OpList.Op.FLATTEN, "", 0, 0, 0, 1, 0, "d", "e"),
                        step(OpList.Op.LINEAR, "f", 200, 7, 0, 1, 0, "e", "g"),
                        step(OpList.Op.L2NORM, "", 0, 0, 0, 1, 0, "g", "y")),
                "y");
        return new OpListFeatures(OpListNetwork.load(list, new RandomSource(3), device, false), 7, -1, 1);
    }

    private static OpList.Step step(
            OpList.Op op, String name, int in, int out, int kernel, int stride, int padding, String from, String to) {
        return new OpList.Step(op, name, in, out, kernel, stride, padding, false, 1e-5, 0, List.of(from), to);
    }

    private static HostArray random(int seed, int... dims) {
        Random random = new Random(seed);
        float[] data = new float[Shape.of(dims).intCount()];
        for (int i = 0; i < data.length; i++) {
            data[i] = 2 * random.nextFloat() - 1;
        }
        return HostArray.of(data, dims);
    }

    /** Output, and the gradient of its weighted sum. */
    private static List<HostArray> run(Device device, HostArray input, Function<Tensor, Tensor> network) {
        return device.call(() -> {
            try (Scope scope = Scope.open("test")) {
                Tensor x = Tensor.of(device, input).track();
                Tensor y = network.apply(x);
                Tensor weights = Tensor.of(device, random(9, y.shape().dims()));
                Tensor g =
                        Gradients.of(Reduce.sumAll(Elementwise.mul(y, weights))).wrt(x);
                return List.of(y.toHost(), g.toHost());
            }
        });
    }

    private static void same(List<HostArray> got, List<HostArray> wanted) {
        for (int i = 0; i < wanted.size(); i++) {
            double off = 0;
            double size = 0;
            float[] a = got.get(i).data();
            float[] b = wanted.get(i).data();
            assertThat(got.get(i).shape()).isEqualTo(wanted.get(i).shape());
            for (int k = 0; k < b.length; k++) {
                off += ((double) a[k] - b[k]) * ((double) a[k] - b[k]);
                size += (double) b[k] * b[k];
            }
            assertThat(size).isPositive();
            assertThat(Math.sqrt(off / size)).as(i == 0 ? "output" : "gradient").isLessThan(NEAR);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void whatTheCpuComputes(String name, Maker maker) throws IOException {
        try (FeatureNetwork cpu = maker.on(Device.cpu());
                FeatureNetwork gpu = maker.on(device)) {
            HostArray x = random(1, 2, 3, cpu.resolution(), cpu.resolution());
            same(run(device, x, gpu::apply), run(Device.cpu(), x, cpu::apply));
        }
    }

    /** The paper's generator from 4x4 through the fused up-sampling at 128. */
    @ParameterizedTest(name = "StyleGAN {0}")
    @MethodSource("resolutions")
    void thePapersGenerator(int resolution, List<Integer> channels) {
        StyleGan1Config config = new StyleGan1Config(8, 8, 3, 2, new Channels(channels));
        try (StyleGan1Generator cpu = StyleGan1Generator.load(config, new RandomSource(2), Device.cpu(), false);
                StyleGan1Generator gpu = StyleGan1Generator.load(config, new RandomSource(2), device, false)) {
            assertThat(cpu.resolution()).isEqualTo(resolution);
            HostArray z = random(1, 2, 8);
            same(run(device, z, t -> draw(gpu, t)), run(Device.cpu(), z, t -> draw(cpu, t)));
        }
    }

    static Stream<Arguments> resolutions() {
        return Stream.of(Arguments.of(32, List.of(6, 6, 5, 4)), Arguments.of(128, List.of(6, 6, 5, 4, 4, 3)));
    }

    private static Tensor draw(StyleGan1Generator g, Tensor z) {
        return g.synthesise(g.broadcast(g.map(z, null), new Truncation(0.7f, 8)), Noise.constant());
    }
}

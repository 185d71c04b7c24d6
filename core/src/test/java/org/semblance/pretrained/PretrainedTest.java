package org.semblance.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.networks.convnet.InceptionV3;
import org.semblance.networks.convnet.ResNet50;
import org.semblance.networks.convnet.ResNetFeatures;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.nn.ParameterSource;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Reduce;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.weights.Safetensors;
import org.semblance.weights.Weights;
import org.semblance.weights.files.NetworkPart;
import org.semblance.weights.files.Samples;
import org.semblance.weights.files.WeightsFile;
import org.semblance.weights.naming.NamingSchemes;

@ExtendWith(NoLeaks.class)
class PretrainedTest {
    @TempDir
    static Path written;

    private final Device device = TestDevice.get();

    /** The containers of the full size at 8 pixels; {@link FullSizeMain} does the whole. */
    @BeforeAll
    static void write() throws IOException {
        FullSizeMain.write(written, 8);
    }

    private float[] picture(Path path) throws IOException {
        try (WeightsFile file = WeightsFile.open(path);
                StyleGan2Generator g = Pretrained.generator(Pretrained.main(file), device, false)) {
            return device.call(() -> {
                try (Scope scope = Scope.open("picture")) {
                    float[] z = new float[g.config().zDim()];
                    java.util.Arrays.fill(z, 0.3f);
                    z[0] = -2;
                    Tensor w = g.map(Tensor.of(device, z, 1, z.length), null);
                    return g.synthesise(g.broadcast(w, Truncation.of(0.7f)), Noise.constant())
                            .toHost()
                            .data();
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshot.pkl", "zip.pt", "legacy.pt", "rosinality.pt"})
    void everyContainerGivesTheSamePicture(String name) throws IOException {
        assertThat(picture(written.resolve(name)))
                .hasSize(3 * 8 * 8)
                .containsExactly(picture(written.resolve("plain.safetensors")));
    }

    @Test
    void snapshotsTellClampAndMapping() throws IOException {
        try (WeightsFile file = WeightsFile.open(Samples.copy("resnet8_proto4.pkl", written))) {
            assertThat(Pretrained.generatorConfig(Pretrained.main(file)).cDim()).isEqualTo(3);
            for (NetworkPart part : file.parts()) {
                Pretrained.check(part, device);
            }
            NetworkPart discriminator = file.find("D").orElseThrow();
            assertThatThrownBy(() -> Pretrained.generator(discriminator, device, false))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("must be of a stylegan2-generator, got a stylegan2-discriminator");
        }
    }

    /** As rosinality's training writes it: no mean beside the generator. */
    @Test
    void aMeanThatIsNotStoredIsEstimated() throws IOException {
        Map<String, HostArray> rosi = new LinkedHashMap<>(Rosinality.of(FullSizeMain.weights(8)));
        rosi.remove("latent_avg");
        try (StyleGan2Generator g = Pretrained.generator(part(rosi), device, false)) {
            float[] mean = g.wAvg().toHost().data();
            assertThat(mean).hasSize(512).doesNotContain(Float.NaN);
            assertThat(mean[0]).isNotZero();
        }
        Map<String, HostArray> ada = FullSizeMain.weights(8);
        ada.remove("mapping.w_avg");
        assertThatThrownBy(() -> Pretrained.generator(part(ada), device, false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("mapping.w_avg");
    }

    private static NetworkPart part(Map<String, HostArray> arrays) {
        Weights weights = Weights.of("test", arrays);
        return new NetworkPart("", NamingSchemes.of(weights).orElseThrow(), weights);
    }

    /** Weights of a ResNet-50 with few channels. */
    private static Map<String, HostArray> resNet(boolean embeds) {
        RandomWeights random = new RandomWeights();
        conv(random, "conv1", "bn1", 4, 3, 7);
        int[] blocks = {3, 4, 6, 3};
        int in = 4;
        for (int s = 1; s <= 4; s++) {
            for (int b = 0; b < blocks[s - 1]; b++) {
                String block = "layer" + s + "." + b + ".";
                conv(random, block + "conv1", block + "bn1", 2, in, 1);
                conv(random, block + "conv2", block + "bn2", 2, 2, 3);
                conv(random, block + "conv3", block + "bn3", 4 * s, 2, 1);
                if (b == 0) {
                    conv(random, block + "downsample.0", block + "downsample.1", 4 * s, in, 1);
                }
                in = 4 * s;
            }
        }
        if (embeds) {
            random.take("embedding.weight", Shape.of(5, 16));
            random.take("embedding.bias", Shape.of(5));
        }
        return random.made();
    }

    private static void conv(RandomWeights random, String conv, String norm, int out, int in, int k) {
        random.take(conv + ".weight", Shape.of(out, in, k, k));
        for (String role : List.of("weight", "bias", "running_mean", "running_var")) {
            random.take(norm + "." + role, Shape.of(out));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void frozenAndTrainableResNetsAgreeAndEverythingHasGradients(boolean embeds) throws IOException {
        NetworkPart part = part(resNet(embeds));
        try (ResNet50 frozen = Pretrained.resNet50(part, device, false);
                ResNet50 trainable = Pretrained.resNet50(part, device, true)) {
            assertThat(frozen.variant()).isEqualTo(embeds ? ResNet50.Variant.VGGFACE2 : ResNet50.Variant.TORCHVISION);
            assertThat(frozen.size()).isEqualTo(embeds ? 5 : 16);
            try (Scope scope = Scope.open("test")) {
                Tensor x = Tensor.of(device, new RandomWeights().take("x", Shape.of(2, 3, 96, 96)))
                        .track();
                float[] expected = frozen.apply(x).toHost().data();
                Tensor y = trainable.apply(x);
                assertThat(y.toHost().data())
                        .usingComparatorWithPrecision(1e-2f)
                        .containsExactly(expected);
                List<Tensor> grads = Gradients.of(Reduce.sumAll(Elementwise.square(y)))
                        .wrt(trainable.parameters().trained());
                assertThat(grads)
                        .hasSizeGreaterThan(150)
                        .allSatisfy(g -> assertThat(g.toHost().data()).doesNotContain(Float.NaN));
            }
        }
    }

    @Test
    void recognisersGiveUnitVectorsWithGradientsToThePicture() throws IOException {
        try (ResNet50 network = Pretrained.resNet50(part(resNet(true)), device, false);
                Scope scope = Scope.open("test")) {
            ResNetFeatures features = new ResNetFeatures(network, 64);
            Tensor x = Tensor.of(device, new RandomWeights().take("x", Shape.of(1, 3, 64, 64)))
                    .track();
            Tensor y = features.apply(x);
            double norm = 0;
            for (float v : y.toHost().data()) {
                norm += v * v;
            }
            assertThat(norm).isEqualTo(1, org.assertj.core.api.Assertions.within(1e-5));
            Tensor dx = Gradients.of(Reduce.sumAll(Elementwise.square(Elementwise.shift(y, 1))))
                    .wrt(x);
            assertThat(dx.shape()).isEqualTo(x.shape());
            assertThat(dx.toHost().data()).doesNotContain(Float.NaN);
        }
    }

    @Test
    void whatDoesNotFitIsNamed() {
        Map<String, HostArray> missing = new HashMap<>(resNet(true));
        missing.remove("layer3.2.bn2.bias");
        missing.put("layer9.extra", HostArray.of(new float[1], 1));
        missing.put("conv1.weight", HostArray.of(new float[4 * 3 * 49], 4, 3, 49));
        assertThatThrownBy(() -> Pretrained.resNet50(part(missing), device, false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("missing: layer3.2.bn2.bias")
                .hasMessageContaining("left over: layer9.extra")
                .hasMessageContaining("conv1.weight expected [4, 3, 7, 7] but got [4, 3, 49]");
        Map<String, HostArray> infinite = new HashMap<>(resNet(true));
        infinite.put("embedding.bias", HostArray.of(new float[] {0, 0, Float.NaN, 0, 0}, 5));
        assertThatThrownBy(() -> Pretrained.check(part(infinite), device))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("must be finite");
        Map<String, HostArray> none = new HashMap<>(resNet(true));
        none.remove("layer2.0.conv2.weight");
        assertThatThrownBy(() -> Pretrained.check(part(none), device))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("layer2.0.conv2.weight");
    }

    @Test
    void poolsFollowTheOriginOfAnInception() throws IOException {
        try (WeightsFile file = WeightsFile.open(inception())) {
            try (InceptionV3 network = Pretrained.inceptionV3(Pretrained.main(file), device, false);
                    Scope scope = Scope.open("test")) {
                assertThat(network.countsPadding()).isFalse();
                Tensor x = Tensor.of(device, new RandomWeights().take("x", Shape.of(1, 3, 80, 75)));
                assertThat(network.apply(x).shape().dims()).containsExactly(1, network.size());
                assertThatThrownBy(() -> network.apply(Tensor.zeros(device, Shape.of(1, 3, 74, 80))))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    /** Keras' own are without; with {@code scale=True} they have one more tensor per layer. */
    @Test
    void normalisationsOfKerasMayHaveFactors() throws IOException {
        Map<String, HostArray> plain = new InceptionSample(true).arrays();
        Map<String, HostArray> keras = InceptionSample.keras(plain);
        assertThat(keras).hasSize(94 * 5).containsKey("batch_normalization_187/gamma");
        try (InceptionV3 network = Pretrained.inceptionV3(part(keras), device, false);
                InceptionV3 expected = InceptionV3.load(false, source(plain), device, false);
                Scope scope = Scope.open("test")) {
            Tensor x = Tensor.of(device, new RandomWeights().take("x", Shape.of(1, 3, 80, 75)));
            assertThat(network.apply(x).toHost().data())
                    .containsExactly(expected.apply(x).toHost().data());
        }
        for (String lost : List.of("batch_normalization_94/gamma", "batch_normalization_150/gamma")) {
            Map<String, HostArray> some = new LinkedHashMap<>(keras);
            some.remove(lost);
            assertThatThrownBy(() -> Pretrained.inceptionV3(part(some), device, false))
                    .as(lost)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(".bn.weight");
        }
    }

    /** A network whose names lost one by which it is recognised is a damaged one, and not just tensors. */
    @Test
    void aMissingTensorIsNamedWhicheverItIs() {
        Map<String, HostArray> whole = resNet(true);
        for (String lost : List.of("conv1.weight", "layer4.2.conv3.weight", "embedding.weight", "bn1.weight")) {
            Map<String, HostArray> some = new LinkedHashMap<>(whole);
            some.remove(lost);
            assertThatThrownBy(() -> Pretrained.check(part(some), device))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(lost.substring(0, lost.indexOf('.')));
        }
    }

    private static ParameterSource source(Map<String, HostArray> arrays) {
        return new ParameterSource() {
            @Override
            public HostArray take(String name, Shape shape) {
                HostArray array = Objects.requireNonNull(arrays.get(name), name);
                assertThat(array.shape()).as(name).isEqualTo(shape);
                return array;
            }

            @Override
            public @Nullable HostArray takeIfPresent(String name, Shape shape) {
                return arrays.containsKey(name) ? take(name, shape) : null;
            }

            @Override
            public @Nullable Shape shapeOf(String name) {
                return arrays.containsKey(name) ? arrays.get(name).shape() : null;
            }
        };
    }

    /** One channel per convolution, as Keras has them: without scales. The table says which there are. */
    private static Path inception() throws IOException {
        Map<String, HostArray> arrays = new InceptionSample(false).arrays();
        Path path = written.resolve("inception.safetensors");
        Safetensors.write(path, arrays, DType.F32, Map.of());
        return path;
    }
}

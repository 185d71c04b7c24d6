package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.image.Image;
import org.semblance.json.Json;
import org.semblance.networks.RandomSource;
import org.semblance.networks.faceapi.FaceLandmarkNetwork;
import org.semblance.networks.faceapi.FaceRecognitionNetwork;
import org.semblance.networks.stylegan1.StyleGan1Config;
import org.semblance.networks.stylegan1.StyleGan1Generator;
import org.semblance.networks.stylegan2.Channels;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.onnx.Architectures;
import org.semblance.onnx.OnnxInput;
import org.semblance.onnx.OnnxModel;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;
import org.semblance.weights.Safetensors;

/** Networks made elsewhere in the pipeline: the paper's StyleGAN, ONNX files, face-api.js' networks. */
@ExtendWith(NoLeaks.class)
class ForeignNetworksTest {
    private static final Device DEVICE = TestDevice.get();
    private static final StyleGan1Config STYLEGAN = new StyleGan1Config(6, 6, 3, 2, new Channels(List.of(5, 4, 4, 3)));

    @TempDir
    private Path folder;

    private Path styleGan() throws IOException {
        RandomSource source = new RandomSource(4);
        StyleGan1Generator.load(STYLEGAN, source, DEVICE, false).close();
        Path file = folder.resolve("karras2019.safetensors");
        Safetensors.write(file, source.taken(), DType.F32, Map.of());
        return file;
    }

    private Path onnx() throws IOException {
        return Files.write(
                folder.resolve("recogniser.onnx"), Architectures.iresnet().bytes());
    }

    private static Image picture(int side, int seed) {
        byte[] rgb = new byte[3 * side * side];
        IntStream.range(0, rgb.length).forEach(i -> rgb[i] = (byte) (i * 7 + i / 31 * seed));
        return Image.of(side, side, rgb);
    }

    @Test
    void thePapersGeneratorIsAGenerator() throws IOException {
        Path file = styleGan();
        ModelConverter converter = new ModelConverter("karras", "CC-BY-NC-SA-4.0", 32);
        assertThat(converter.add(file)).isEqualTo(ModelNetwork.GENERATOR);
        converter.write(folder.resolve("model"));
        try (Generator before = Generator.load(file, DEVICE);
                Generator after = Generator.load(ModelFolder.open(folder.resolve("model")), DEVICE)) {
            assertThat(before.resolution()).isEqualTo(32);
            assertThat(before.zDim()).isEqualTo(6);
            assertThat(before.wDim()).isEqualTo(6);
            assertThat(before.cDim()).isZero();
            HostArray z = before.z(1, 2, 3);
            Truncation cut = new Truncation(0.7f, StyleGan1Generator.TRUNCATED_LAYERS);
            List<Image> images = before.generate(z, cut, Noise.constant());
            assertThat(images).hasSize(3).doesNotHaveDuplicates();
            assertThat(after.generate(z, cut, Noise.constant())).isEqualTo(images);
            assertThat(before.generate(z, Truncation.none(), Noise.constant())).isNotEqualTo(images);
            assertThat(before.generate(z, cut, Noise.random(1)))
                    .isNotEqualTo(images)
                    .isEqualTo(before.generate(z, cut, Noise.random(1)));
            assertThat(before.synthesise(before.map(z)))
                    .isEqualTo(before.generate(z, Truncation.none(), Noise.constant()));
            assertThat(before.supports(Precision.FLOAT32)).isTrue();
            assertThat(before.supports(Precision.FLOAT16)).isFalse();
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(before::config)
                    .withMessageContaining("only a StyleGAN2");
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> before.generate(z, HostArray.of(new float[3], 3, 1), cut, Noise.none()))
                    .withMessageContaining("no labels");
        }
    }

    /** A whole pipeline of the paper's generator, an ONNX recogniser and face-api's as the attribute encoder. */
    @Test
    void aPipelineOfForeignNetworksSwaps() throws IOException {
        ModelConverter converter = new ModelConverter("foreign", "CC0-1.0", 32);
        converter.add(styleGan());
        assertThat(converter.add(onnx(), OnnxInput.vggFace2().cropped(0.1, 0.1, 0.9, 0.9), ModelNetwork.IDENTITY))
                .isEqualTo("identity");
        converter.add(onnx(), OnnxInput.faceNet(), ModelNetwork.ATTRIBUTES);
        converter.add(mapper());
        converter.write(folder.resolve("model"));
        ModelFolder model = ModelFolder.open(folder.resolve("model"));
        assertThat(model.network("identity").architecture()).isEqualTo("onnx");
        assertThat(model.network("identity").size("embedding")).isEqualTo(24);
        assertThat(model.bytes("identity")).isEqualTo(Architectures.iresnet().bytes());
        OnnxInput same = OnnxInput.vggFace2().at(32).cropped(0.1, 0.1, 0.9, 0.9);
        try (Disentangler d = Disentangler.load(model, DEVICE);
                IdEncoder direct = IdEncoder.load(onnx(), same, DEVICE)) {
            assertThat(d.swap(picture(32, 1), picture(32, 5)))
                    .isNotEqualTo(d.swap(picture(32, 1), picture(32, 9)))
                    .hasToString("image 32x32");
            assertThat(d.identity().embed(picture(32, 3))).isEqualTo(direct.embed(picture(32, 3)));
        }
    }

    private Path mapper() throws IOException {
        RandomSource source = new RandomSource(8);
        Map<String, HostArray> tensors = new LinkedHashMap<>();
        int[] widths = {48, 12, 6};
        for (int i = 1; i < widths.length; i++) {
            String layer = "linear" + i + ".";
            tensors.put(layer + "weight", source.take(layer + "weight", shape(widths[i], widths[i - 1])));
            tensors.put(layer + "bias", source.take(layer + "bias", shape(widths[i])));
        }
        Path file = folder.resolve("mapper.safetensors");
        Safetensors.write(file, tensors, DType.F32, Map.of());
        return file;
    }

    private static Shape shape(int... dims) {
        return Shape.of(dims);
    }

    @Test
    void anOnnxFileTakesTheRoleOfTheRecogniser() throws IOException {
        new TinyModel(DEVICE).write(folder.resolve("tiny"));
        ModelFolder base = ModelFolder.open(folder.resolve("tiny"));
        ModelFolder filled = OnnxRole.fill(base, ModelNetwork.IDENTITY, onnx(), OnnxInput.arcFace());
        assertThat(filled.roles()).isEqualTo(base.roles());
        assertThat(base.network("identity").architecture()).isEqualTo("ops");
        try (IdEncoder encoder = IdEncoder.load(filled, DEVICE)) {
            assertThat(encoder.resolution()).as("of the generator").isEqualTo(8);
            assertThat(encoder.size()).isEqualTo(24);
        }
        ModelFolder alone = OnnxRole.alone(ModelNetwork.RECOGNISER, onnx(), OnnxInput.of(OnnxModel.read(onnx())));
        assertThat(alone.roles()).containsExactly("recogniser");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Disentangler.load(filled, DEVICE))
                .withMessageContaining("the mapper takes 8 features but identity (24) and attributes (3) give 27");
        Path bad = Files.write(
                folder.resolve("bad.onnx"), Architectures.landmarks(false).bytes());
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() ->
                        OnnxRole.fill(base, "identity", bad, OnnxInput.arcFace().reading("other")))
                .withMessageContaining("output 'other' is needed");
    }

    @Test
    void descriptionsOfOnnxNetworksAreChecked() throws IOException {
        byte[] content = Architectures.iresnet().bytes();
        Json entry = OnnxRole.entry(onnx(), content, OnnxInput.arcFace(), "CC0-1.0");
        ModelFolder empty = OnnxRole.alone("identity", onnx(), OnnxInput.arcFace());
        Json config = entry.get("config");
        for (Map.Entry<String, Object> wrong : Map.<String, Object>of(
                        "channels", "grb", "crop", List.of(0, 0, 2, 2), "deviation", List.of(0, 1, 1), "resolution", -4)
                .entrySet()) {
            Json spoilt = entry.with("config", config.with(wrong.getKey(), wrong.getValue()));
            ModelFolder model = empty.with("identity", spoilt, "identity.onnx", content);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> IdEncoder.load(model, DEVICE))
                    .withMessageContaining(wrong.getKey());
        }
    }

    @Test
    void faceApisNetworksBecomeEncoders() throws IOException {
        RandomSource recogniser = new RandomSource(5);
        FaceRecognitionNetwork.load(recogniser, DEVICE, false).close();
        RandomSource landmarks = new RandomSource(6);
        FaceLandmarkNetwork.load(FaceLandmarkNetwork.Kind.TINY, landmarks, DEVICE, false)
                .close();
        ModelConverter converter = new ModelConverter("faces", "MIT", 64);
        assertThat(converter.add(manifest("face_recognition_model", recogniser.taken())))
                .isEqualTo("identity");
        assertThat(converter.add(manifest("face_landmark_68_tiny_model", landmarks.taken())))
                .isEqualTo("landmarks");
        converter.write(folder.resolve("faces"));
        ModelFolder model = ModelFolder.open(folder.resolve("faces"));
        try (IdEncoder file =
                        IdEncoder.load(folder.resolve("face_recognition_model-weights_manifest.json"), 64, DEVICE);
                IdEncoder converted = IdEncoder.load(model, DEVICE);
                LandmarkDetector points = LandmarkDetector.load(model, DEVICE)) {
            assertThat(file.size()).isEqualTo(128);
            assertThat(file.resolution()).isEqualTo(64);
            assertThat(converted.resolution()).isEqualTo(64);
            assertThat(points.detect(picture(64, 2))).hasSize(68);
            float[] whole = file.embed(picture(64, 2));
            float[] framed = converted.embed(picture(64, 2));
            assertThat(framed).isNotEqualTo(whole);
            assertThat(file.embed(picture(64, 2))).isEqualTo(whole);
        }
    }

    /** Float32 weights as TensorFlow.js keeps them. */
    private Path manifest(String name, Map<String, HostArray> tensors) throws IOException {
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(folder.resolve(name + ".bin"))))) {
            for (HostArray array : tensors.values()) {
                for (float v : array.data()) {
                    out.writeInt(Integer.reverseBytes(Float.floatToIntBits(v)));
                }
            }
        }
        List<Map<String, Object>> weights = tensors.entrySet().stream()
                .map(e -> Map.<String, Object>of(
                        "name", e.getKey(), "shape", e.getValue().shape().dims(), "dtype", "float32"))
                .toList();
        Json json = Json.of(List.of(Map.of("weights", weights, "paths", List.of(name + ".bin"))));
        return Files.writeString(folder.resolve(name + "-weights_manifest.json"), json.compact());
    }

    @Test
    void cosinesOfOneFileAreOne() throws IOException {
        try (IdEncoder encoder = IdEncoder.load(onnx(), 48, DEVICE)) {
            assertThat(encoder.resolution()).isEqualTo(48);
            assertThat(encoder.similarity(picture(48, 2), picture(48, 2))).isCloseTo(1, within(1e-9));
        }
    }
}

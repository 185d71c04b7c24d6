package org.semblance.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.IdEncoder;
import org.semblance.LandmarkDetector;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.image.Image;
import org.semblance.ops.Reduce;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** Imported networks as encoders of pictures. */
@ExtendWith(NoLeaks.class)
class OnnxFeaturesTest {
    private static final Device DEVICE = TestDevice.get();

    @TempDir
    Path dir;

    private static Image picture(int side) {
        byte[] rgb = new byte[3 * side * side];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i * 7 + i / 50 * 3);
        }
        return Image.of(side, side, rgb);
    }

    /** Pixels as a user of ONNX Runtime prepares them by hand. */
    private static HostArray prepared(Image image, double[] mean, double[] deviation, boolean blueFirst) {
        int n = image.width() * image.height();
        float[] x = new float[3 * n];
        for (int i = 0; i < n; i++) {
            int rgb = image.rgb(i % image.width(), i / image.width());
            for (int c = 0; c < 3; c++) {
                int from = blueFirst ? 2 - c : c;
                int level = rgb >> 16 - 8 * from & 0xff;
                x[c * n + i] = (float) ((level - mean[from]) / deviation[from]);
            }
        }
        return HostArray.of(x, 1, 3, image.height(), image.width());
    }

    @Test
    void anEncoderOfAnyFile() throws IOException, OrtException {
        byte[] bytes = Architectures.iresnet().bytes();
        Path file = dir.resolve("arc.onnx");
        Files.write(file, bytes);
        double[] mean = {120, 110, 100};
        double[] deviation = {60, 64, 70};
        OnnxInput settings = OnnxInput.of(mean, deviation).inBlueGreenRed().normalisedTo(true);
        Image image = picture(32);
        try (IdEncoder encoder = IdEncoder.of(OnnxFeatures.load(file, settings, DEVICE))) {
            assertThat(encoder.size()).isEqualTo(24);
            assertThat(encoder.resolution()).isEqualTo(32);
            float[] got = encoder.embed(image);
            float[] wanted = OrtPeer.run(bytes, "embedding", prepared(image, mean, deviation, true))
                    .data();
            assertThat(IdEncoder.cosine(got, wanted)).isCloseTo(1, within(1e-8));
            assertThat(IdEncoder.cosine(got, got)).isCloseTo(1, within(1e-12));
            assertThat(norm(got)).isCloseTo(1, within(1e-6));
            assertThat(encoder.embed(List.of(image, image, image)).shape().dims())
                    .containsExactly(3, 24);
        }
    }

    private static double norm(float[] v) {
        double sum = 0;
        for (float x : v) {
            sum += (double) x * x;
        }
        return Math.sqrt(sum);
    }

    @Test
    void largerPicturesAreCroppedAndResized() throws IOException {
        OnnxModel model = OnnxModel.read(Architectures.iresnet().bytes(), "arc");
        Image image = picture(64);
        try (IdEncoder direct = IdEncoder.of(OnnxFeatures.of(model, OnnxInput.arcFace(), DEVICE));
                IdEncoder cropped = IdEncoder.of(
                        OnnxFeatures.of(model, OnnxInput.arcFace().at(64).cropped(0.25, 0.125, 0.75, 0.625), DEVICE))) {
            float[] wanted = direct.embed(image.cropped(16, 8, 32, 32));
            assertThat(IdEncoder.cosine(cropped.embed(image), wanted)).isCloseTo(1, within(1e-9));
            try (Scope scope = Scope.open()) {
                Tensor x = Tensor.of(DEVICE, Image.stack(List.of(image))).track();
                Tensor y = cropped.network().apply(x);
                HostArray g = Gradients.of(Reduce.sumAll(y)).wrt(x).toHost();
                assertThat(g.data()[0]).as("outside the crop").isZero();
                assertThat(norm(g.data())).isPositive();
            }
        }
    }

    @Test
    void channelsLastAndFixedRows() throws IOException {
        OnnxModel landmarks = OnnxModel.read(Architectures.landmarks().bytes(), "landmarks");
        try (LandmarkDetector detector =
                LandmarkDetector.of(OnnxFeatures.of(landmarks, OnnxInput.range(0, 1), DEVICE))) {
            assertThat(detector.detect(picture(32))).hasSize(68);
        }
        OnnxModel resnet = OnnxModel.read(Architectures.resnet().bytes(), "resnet");
        assertThat(resnet.inputs().get(0).dims()).containsExactly(2, 3, 48, 48);
        try (IdEncoder encoder = IdEncoder.of(OnnxFeatures.of(resnet, OnnxInput.imageNet(), DEVICE))) {
            HostArray three = encoder.embed(List.of(picture(48), Image.filled(48, 48, 0x808080), picture(48)));
            assertThat(three.shape().dim(0)).as("of a file for two").isEqualTo(3);
            float[] alone = encoder.embed(picture(48));
            for (int i = 0; i < alone.length; i++) {
                assertThat(three.data()[2 * alone.length + i]).isCloseTo(alone[i], within(1e-5f));
            }
        }
        OnnxModel one = OnnxModel.read(fixedToOne().bytes(), "one");
        try (IdEncoder encoder = IdEncoder.of(OnnxFeatures.of(one, OnnxInput.imageNet(), DEVICE))) {
            HostArray rows = encoder.embed(List.of(picture(16), Image.filled(16, 16, 0x808080), picture(16)));
            assertThat(rows.shape().dims()).containsExactly(3, 5);
            float[] data = rows.data();
            for (int i = 0; i < 5; i++) {
                assertThat(data[10 + i]).isEqualTo(data[i]);
            }
        }
    }

    /** An export for one picture, whose shapes hold the 1. */
    private static OnnxFile fixedToOne() {
        OnnxFile f = new OnnxFile(12).input("x", 1, 3, 16, 16).output("y");
        String pooled = f.node("GlobalAveragePool", List.of(f.conv("x", 3, 8, 3, 2, true, 1)));
        String row = f.node("Reshape", List.of(pooled, f.ints(1, -1)));
        f.node("Gemm", "", List.of(row, f.weight(0, 1, 8, 5), f.weight(0, 1, 5)), List.of("y"));
        return f;
    }

    @Test
    void aModelSpeaksForItself() throws IOException {
        OnnxModel model = OnnxModel.read(
                Architectures.iresnet()
                        .metadata("semblance.mean", "1,2,3")
                        .metadata("semblance.deviation", "4, 5, 6")
                        .metadata("semblance.channels", "bgr")
                        .metadata("semblance.normalised", "true")
                        .bytes(),
                "arc");
        OnnxInput input = OnnxInput.of(model);
        assertThat(input.mean()).containsExactly(1, 2, 3);
        assertThat(input.deviation()).containsExactly(4, 5, 6);
        assertThat(input.blueFirst()).isTrue();
        assertThat(input.normalised()).isTrue();
        assertThat(input.output()).isNull();
    }

    @Test
    void badSettings() {
        assertThatIllegalArgumentException().isThrownBy(() -> OnnxInput.range(1, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OnnxInput.arcFace().cropped(0.5, 0, 0.4, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OnnxInput.of(new double[3], new double[] {1, 0, 1}))
                .withMessageContaining("deviation must be positive");
    }
}

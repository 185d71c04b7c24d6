package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.BackendException;
import org.semblance.backend.Counters;
import org.semblance.backend.Device;
import org.semblance.backend.LayerTime;
import org.semblance.backend.Precision;
import org.semblance.networks.Networks;
import org.semblance.networks.RandomSource;
import org.semblance.networks.stylegan2.Architecture;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * Planned synthesis against the composition of operations in float32, which other tests hold to the original's data.
 */
@Tag("gpu")
class CudaSynthesisTest {
    private static final GeneratorConfig SMALL = GeneratorConfig.standard(64, 8192, 256);
    private static final GeneratorConfig LARGE = GeneratorConfig.standard(256, 16384, 512);
    /** Its last layers have 64 and 32 channels. */
    private static final GeneratorConfig NARROW = GeneratorConfig.standard(512, 16384, 128);

    private Device device;
    private long before;

    @BeforeEach
    void needsAGpu() {
        List<String> reasons = Prerequisites.missing(0);
        assumeTrue(reasons.isEmpty(), () -> "no CUDA here: " + reasons);
        device = Device.cuda();
        before = liveBytes();
    }

    @AfterEach
    void nothingIsHeld() {
        if (device != null) {
            assertThat(liveBytes()).isEqualTo(before);
        }
    }

    private long liveBytes() {
        return device.backend().counters().liveBytes();
    }

    private StyleGan2Generator generator(GeneratorConfig config) {
        return generator(config, new RandomSource(7));
    }

    private StyleGan2Generator generator(GeneratorConfig config, RandomSource source) {
        return StyleGan2Generator.load(config, source, device, false);
    }

    private static HostArray codes(GeneratorConfig config, int n) {
        return Networks.normal(n, n, config.numWs(), config.wDim());
    }

    private static Noise noise(String name) {
        return switch (name) {
            case "NONE" -> Noise.none();
            case "CONST" -> Noise.constant();
            default -> Noise.random(11).from(3);
        };
    }

    private static double distance(HostArray actual, HostArray expected) {
        double error = 0;
        double norm = 0;
        for (int i = 0; i < expected.data().length; i++) {
            double d = (double) actual.data()[i] - expected.data()[i];
            error += d * d;
            norm += (double) expected.data()[i] * expected.data()[i];
        }
        return Math.sqrt(error / norm);
    }

    @ParameterizedTest
    @CsvSource({
        "64, CONST, FLOAT16, 1.5e-3",
        "64, NONE, BFLOAT16, 1.2e-2",
        "256, CONST, FLOAT16, 1.5e-3",
        "256, NONE, FLOAT16, 1.5e-3",
        "256, RANDOM, FLOAT16, 1.5e-3",
        "256, CONST, BFLOAT16, 1.2e-2",
        "256, RANDOM, BFLOAT16, 1.2e-2",
        "512, CONST, FLOAT16, 1.5e-3",
        "512, RANDOM, BFLOAT16, 1.2e-2"
    })
    void isCloseToFloat32(int resolution, String kind, Precision precision, double bound) {
        isClose(config(resolution), 3, kind, precision, bound);
    }

    /** So many pictures that all layers from 64 pixels on have a kernel of their own where the device runs it. */
    @ParameterizedTest
    @CsvSource({"CONST, FLOAT16, 1.5e-3", "RANDOM, FLOAT16, 1.5e-3", "CONST, BFLOAT16, 1.2e-2"})
    void largeBatchesAreCloseToFloat32(String kind, Precision precision, double bound) {
        isClose(LARGE, 9, kind, precision, bound);
    }

    /** One picture's layers of 4, 8 and 16 pixels are spread over clusters of blocks where the device has them. */
    @ParameterizedTest
    @CsvSource({"CONST, FLOAT16, 1.5e-3", "RANDOM, FLOAT16, 1.5e-3", "NONE, BFLOAT16, 1.2e-2"})
    void singlePicturesAreCloseToFloat32(String kind, Precision precision, double bound) {
        isClose(LARGE, 1, kind, precision, bound);
    }

    private static GeneratorConfig config(int resolution) {
        return resolution == 64 ? SMALL : resolution == 256 ? LARGE : NARROW;
    }

    private void isClose(GeneratorConfig config, int n, String kind, Precision precision, double bound) {
        try (StyleGan2Generator g = generator(config)) {
            HostArray ws = codes(config, n);
            HostArray exact = Networks.run(device, ws, w -> g.synthesise(w, noise(kind)));
            HostArray actual = Networks.run(device, ws, w -> g.synthesise(w, noise(kind), precision));
            assertThat(distance(actual, exact)).isBetween(1e-6, bound);
        }
    }

    /**
     * Networks with layers of 32 channels, which are one kernel: the last one, or, one size before, followed by others,
     * so that their results go aside.
     */
    @ParameterizedTest
    @CsvSource({
        "8192, CONST, FLOAT16, 1.5e-3",
        "8192, RANDOM, BFLOAT16, 1.2e-2",
        "4096, CONST, FLOAT16, 1.5e-3",
        "4096, NONE, BFLOAT16, 1.2e-2"
    })
    void thinLayersAreCloseToFloat32(int channelBase, String kind, Precision precision, double bound) {
        GeneratorConfig config = GeneratorConfig.standard(256, channelBase, 64);
        try (StyleGan2Generator g = generator(config)) {
            HostArray ws = codes(config, 3);
            HostArray exact = Networks.run(device, ws, w -> g.synthesise(w, noise(kind)));
            HostArray actual = Networks.run(device, ws, w -> g.synthesise(w, noise(kind), precision));
            assertThat(distance(actual, exact)).isBetween(1e-6, bound);
        }
    }

    @ParameterizedTest
    @CsvSource({"8192, FLOAT16, 0.025", "4096, FLOAT16, 0.025", "4096, BFLOAT16, 0.07"})
    void gradientsThroughThinLayersAreCloseToFloat32(int channelBase, Precision precision, double bound) {
        try (StyleGan2Generator g = generator(GeneratorConfig.standard(256, channelBase, 64))) {
            assertThat(gradientError(g, precision)).isBetween(1e-6, bound);
        }
    }

    /** A clamp that is reached, an uneven filter, and an activation range of its own. */
    @Test
    void clampsAndUnevenFilters() {
        GeneratorConfig config =
                new GeneratorConfig(512, 0, 512, 3, 2, 0.01, SMALL.channels(), Architecture.SKIP, 1.5f);
        float[] taps = {0.1f, 0.4f, 0.3f, 0.2f};
        float[] plane = new float[16];
        for (int i = 0; i < 16; i++) {
            plane[i] = taps[i / 4] * taps[i % 4];
        }
        RandomSource source = new RandomSource(3, Map.of("synthesis.b4.resample_filter", HostArray.of(plane, 4, 4)));
        try (StyleGan2Generator g = generator(config, source)) {
            HostArray ws = codes(config, 2);
            HostArray exact = Networks.run(device, ws, w -> g.synthesise(w, Noise.constant()));
            HostArray actual = Networks.run(device, ws, w -> g.synthesise(w, Noise.constant(), Precision.FLOAT16));
            assertThat(distance(actual, exact)).isLessThan(1.5e-3);
        }
    }

    /**
     * Rounding turns the sign of some activations that are almost zero, and their slopes with them: the error goes with
     * the root of the unit of rounding.
     */
    @ParameterizedTest
    @CsvSource({
        "64, FLOAT16, 0.025",
        "64, BFLOAT16, 0.07",
        "256, FLOAT16, 0.025",
        "256, BFLOAT16, 0.07",
        "512, BFLOAT16, 0.07"
    })
    void gradientsAreCloseToFloat32(int resolution, Precision precision, double bound) {
        try (StyleGan2Generator g = generator(config(resolution))) {
            assertThat(gradientError(g, precision)).isBetween(1e-6, bound);
        }
    }

    /** Where no activation is near zero, since biases grow six times faster than what is added to them. */
    @ParameterizedTest
    @CsvSource({"FLOAT16, 4e-3", "BFLOAT16, 3e-2"})
    void gradientsAwayFromKinks(Precision precision, double bound) {
        GeneratorConfig config = GeneratorConfig.standard(8, 512, 64);
        Map<String, HostArray> biases = new HashMap<>();
        biases.put("synthesis.b4.conv1.bias", alternating(30));
        biases.put("synthesis.b8.conv0.bias", alternating(180));
        biases.put("synthesis.b8.conv1.bias", alternating(1080));
        try (StyleGan2Generator g = generator(config, new RandomSource(7, biases))) {
            assertThat(gradientError(g, precision)).isBetween(1e-6, bound);
        }
    }

    private static HostArray alternating(float value) {
        float[] values = new float[64];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 2 == 0 ? value : -value;
        }
        return HostArray.of(values, values.length);
    }

    private double gradientError(StyleGan2Generator g, Precision precision) {
        HostArray ws = codes(g.config(), 2);
        int r = g.config().resolution();
        HostArray seed = Networks.normal(3, 2, 3, r, r);
        HostArray exact = gradient(g, ws, seed, Precision.FLOAT32);
        HostArray actual = gradient(g, ws, seed, precision);
        assertThat(gradient(g, ws, seed, precision).data()).isEqualTo(actual.data());
        return distance(actual, exact);
    }

    private HostArray gradient(StyleGan2Generator g, HostArray ws, HostArray seed, Precision precision) {
        return Networks.gradient(device, ws, seed, w -> g.synthesise(w, Noise.random(2), precision));
    }

    /** A loss that is a mean makes gradients far below half precision's range. */
    @Test
    void smallGradientsDoNotVanishInHalfPrecision() {
        try (StyleGan2Generator g = generator(SMALL)) {
            HostArray ws = codes(SMALL, 1);
            HostArray seed = Networks.normal(3, 1, 3, 64, 64);
            HostArray usual = gradient(g, ws, seed, Precision.FLOAT16);
            float[] tiny = seed.data().clone();
            for (int i = 0; i < tiny.length; i++) {
                tiny[i] *= 0x1p-40f;
            }
            HostArray scaled = gradient(g, ws, new HostArray(seed.shape(), tiny), Precision.FLOAT16);
            for (int i = 0; i < scaled.data().length; i++) {
                assertThat(scaled.data()[i]).isEqualTo(usual.data()[i] * 0x1p-40f);
            }
        }
    }

    @Test
    void gradientsOfGradientsGoThroughTheComposition() {
        try (StyleGan2Generator g = generator(GeneratorConfig.standard(8, 64, 8))) {
            HostArray ws = codes(g.config(), 1);
            UnaryOperator<Tensor> plain = w -> first(g, w, Precision.FLOAT32);
            HostArray exact = Networks.gradient(device, ws, ws, plain);
            HostArray actual = Networks.gradient(device, ws, ws, w -> first(g, w, Precision.BFLOAT16));
            assertThat(actual.data()).isEqualTo(exact.data());
        }
    }

    private static Tensor first(StyleGan2Generator g, Tensor w, Precision precision) {
        Tensor image = g.synthesise(w, Noise.none(), precision);
        return Gradients.of(image).recorded().wrt(w);
    }

    @Test
    void theSameCodesGiveTheSameBitsOnEveryThread() {
        try (StyleGan2Generator g = generator(SMALL)) {
            HostArray ws = codes(SMALL, 2);
            byte[] expected = pixels(g, ws, Precision.FLOAT16);
            IntStream.range(0, 48).parallel().forEach(i -> assertThat(
                            pixels(g, i % 3 == 0 ? ws : codes(SMALL, 3), Precision.FLOAT16))
                    .hasSizeGreaterThanOrEqualTo(expected.length)
                    .satisfies(p ->
                            assertThat(i % 3 != 0 || Arrays.equals(p, expected)).isTrue()));
        }
    }

    private byte[] pixels(StyleGan2Generator g, HostArray ws, Precision precision) {
        try (Scope scope = Scope.open("test")) {
            return g.pixels(Tensor.of(device, ws), Noise.constant(), precision);
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32", "FLOAT16", "BFLOAT16"})
    void pixelsAreTheLevelsOfThePicture(Precision precision) {
        try (StyleGan2Generator g = generator(SMALL)) {
            HostArray ws = codes(SMALL, 2);
            HostArray image = Networks.run(device, ws, w -> g.synthesise(w, Noise.constant(), precision));
            byte[] rgb = pixels(g, ws, precision);
            int size = 64 * 64;
            for (int i = 0; i < rgb.length; i++) {
                int pixel = i / 3;
                float x = image.data()[(pixel / size * 3 + i % 3) * size + pixel % size];
                assertThat(rgb[i] & 255).isEqualTo(Math.max(0, Math.min(255, (int) Math.floor(x * 127.5f + 128f))));
            }
        }
    }

    @Test
    void valuesThatAreNotFiniteAreRefused() {
        try (StyleGan2Generator g = generator(SMALL)) {
            HostArray ws = codes(SMALL, 1);
            ws.data()[100] = Float.NaN;
            for (Precision precision : Precision.values()) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> pixels(g, ws, precision))
                        .withMessageStartingWith("image: values must be finite");
            }
            assertThat(pixels(g, codes(SMALL, 1), Precision.FLOAT16)).hasSize(3 * 64 * 64);
        }
    }

    @Test
    void profilesEveryLayer() {
        try (StyleGan2Generator g = generator(SMALL);
                Scope scope = Scope.open("test")) {
            Tensor ws = Tensor.of(device, codes(SMALL, 2));
            List<LayerTime> times = g.profile(ws, Noise.constant(), Precision.FLOAT16, 3);
            assertThat(times)
                    .extracting(LayerTime::layer)
                    .containsExactly(
                            "styles", "conv4", "up8", "conv8", "up16", "conv16", "up32", "conv32", "up64", "conv64");
            assertThat(times).allSatisfy(t -> {
                assertThat(t.milliseconds()).isPositive();
                assertThat(t.bytes()).isPositive();
            });
            // 3x3 products of 2 pictures, 128 to 128 channels.
            assertThat(times.get(9).operations()).isEqualTo(2.0 * 2 * 64 * 64 * 9 * 128 * 128);
            assertThat(times.get(8).operations()).isEqualTo(2.0 * 2 * 32 * 32 * 9 * 256 * 128);
        }
    }

    @Test
    void aCallIsOneNativeCallAndMakesNothing() {
        try (StyleGan2Generator g = generator(SMALL);
                Scope scope = Scope.open("test")) {
            Tensor ws = Tensor.of(device, codes(SMALL, 2));
            g.synthesise(ws, Noise.constant(), Precision.FLOAT16);
            Counters start = device.backend().counters();
            g.synthesise(ws, Noise.constant(), Precision.FLOAT16);
            Counters since = device.backend().counters().since(start);
            assertThat(since.nativeCalls()).isEqualTo(1);
            assertThat(since.allocations()).isEqualTo(1);
            assertThat(since.primitivesCreated()).isZero();
        }
    }

    @Test
    void aBoundedNumberOfBatchSizesIsKept() {
        try (StyleGan2Generator g = generator(SMALL)) {
            byte[] first = pixels(g, codes(SMALL, 1), Precision.FLOAT16);
            long one = liveBytes();
            for (int n = 1; n <= CudaSynthesis.KEPT_BATCHES; n++) {
                pixels(g, codes(SMALL, 1 + n % 2), Precision.FLOAT16);
            }
            Counters start = device.backend().counters();
            for (int n = 1; n <= 12; n++) {
                pixels(g, codes(SMALL, n), Precision.FLOAT16);
            }
            for (int i = 0; i < CudaSynthesis.KEPT_BATCHES; i++) {
                pixels(g, codes(SMALL, 1), Precision.FLOAT16);
            }
            assertThat(pixels(g, codes(SMALL, 1), Precision.FLOAT16)).isEqualTo(first);
            assertThat(device.backend().counters().since(start).primitivesCreated())
                    .isEqualTo(11);
            assertThat(liveBytes()).isLessThan(one * 40);
        }
    }

    @Test
    void afterRunningOutOfMemoryASmallerBatchWorks() {
        GeneratorConfig wide = GeneratorConfig.standard(256, 32768, 512);
        try (StyleGan2Generator g = generator(wide)) {
            byte[] expected = pixels(g, codes(wide, 1), Precision.FLOAT16);
            Shape many = Shape.of(8000, wide.numWs(), wide.wDim()); // 270 GB
            HostArray ws = new HostArray(many, new float[many.intCount()]);
            assertThatThrownBy(() -> pixels(g, ws, Precision.FLOAT16))
                    .isInstanceOf(BackendException.class)
                    .hasMessageStartingWith("cuda: out of memory: ");
            assertThat(pixels(g, codes(wide, 1), Precision.FLOAT16)).isEqualTo(expected);
        }
    }

    @Test
    void closedGeneratorsRefuse() {
        StyleGan2Generator g = generator(SMALL);
        pixels(g, codes(SMALL, 1), Precision.FLOAT16);
        g.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> pixels(g, codes(SMALL, 1), Precision.FLOAT16))
                .withMessageContaining("after it was closed");
    }

    @Test
    void aTapeMayOutliveItsGenerator() {
        StyleGan2Generator g = generator(SMALL);
        try (Scope scope = Scope.open("test")) {
            g.synthesise(Tensor.of(device, codes(SMALL, 1)).track(), Noise.none(), Precision.BFLOAT16);
            g.close();
        }
    }

    @Test
    void unsuitedNetworksAreRefusedWithTheReason() {
        GeneratorConfig residual =
                new GeneratorConfig(512, 0, 512, 3, 2, 0.01, SMALL.channels(), Architecture.RESNET, 256);
        try (StyleGan2Generator odd = generator(GeneratorConfig.standard(16, 80, 6));
                StyleGan2Generator resnet = generator(residual);
                StyleGan2Generator trained = StyleGan2Generator.load(SMALL, new RandomSource(1), device, true)) {
            assertThat(odd.refusal(Precision.FLOAT16))
                    .hasValue("channels must be multiples of 8, got 6 to 6 at 4 pixels");
            assertThat(resnet.refusal(Precision.FLOAT16))
                    .hasValue("only networks of the skip architecture are planned, got RESNET");
            assertThat(trained.refusal(Precision.BFLOAT16)).hasValue("its weights are being trained");
            assertThat(odd.refusal(Precision.FLOAT32)).isEmpty();
            assertThatThrownBy(() -> pixels(odd, codes(odd.config(), 1), Precision.FLOAT16))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessage(
                            "synthesis: FLOAT16 cannot be had: channels must be multiples of 8, got 6 to 6 at 4 pixels");
        }
    }

    @Test
    void randomNoiseIsThatOfTheComposition() {
        try (StyleGan2Generator g = generator(SMALL)) {
            HostArray ws = codes(SMALL, 2);
            HostArray one = Networks.run(device, ws, w -> g.synthesise(w, Noise.random(1), Precision.FLOAT16));
            HostArray other = Networks.run(device, ws, w -> g.synthesise(w, Noise.random(2), Precision.FLOAT16));
            HostArray exact = Networks.run(device, ws, w -> g.synthesise(w, Noise.random(2)));
            assertThat(distance(other, exact)).isLessThan(1.5e-3);
            assertThat(distance(one, exact)).isGreaterThan(1e-2);
        }
    }
}

package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.semblance.cuda.CudaGenerators.LARGE;
import static org.semblance.cuda.CudaGenerators.SMALL;
import static org.semblance.cuda.CudaGenerators.codes;
import static org.semblance.cuda.CudaGenerators.config;
import static org.semblance.cuda.CudaGenerators.distance;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.BackendException;
import org.semblance.backend.Counters;
import org.semblance.backend.LayerTime;
import org.semblance.backend.Precision;
import org.semblance.networks.Networks;
import org.semblance.networks.RandomSource;
import org.semblance.networks.stylegan2.Architecture;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * Planned synthesis against the composition of operations in float32, which other tests hold to the original's data.
 */
@Tag("gpu")
class CudaSynthesisTest {
    @RegisterExtension
    final CudaGenerators generators = new CudaGenerators();

    private static Noise noise(String name) {
        return switch (name) {
            case "NONE" -> Noise.none();
            case "CONST" -> Noise.constant();
            default -> Noise.random(11).from(3);
        };
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

    private void isClose(GeneratorConfig config, int n, String kind, Precision precision, double bound) {
        try (StyleGan2Generator g = generators.of(config)) {
            HostArray ws = codes(config, n);
            HostArray exact = Networks.run(generators.device(), ws, w -> g.synthesise(w, noise(kind)));
            HostArray actual = Networks.run(generators.device(), ws, w -> g.synthesise(w, noise(kind), precision));
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
        try (StyleGan2Generator g = generators.of(config)) {
            HostArray ws = codes(config, 3);
            HostArray exact = Networks.run(generators.device(), ws, w -> g.synthesise(w, noise(kind)));
            HostArray actual = Networks.run(generators.device(), ws, w -> g.synthesise(w, noise(kind), precision));
            assertThat(distance(actual, exact)).isBetween(1e-6, bound);
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
        try (StyleGan2Generator g = generators.of(config, source)) {
            HostArray ws = codes(config, 2);
            HostArray exact = Networks.run(generators.device(), ws, w -> g.synthesise(w, Noise.constant()));
            HostArray actual =
                    Networks.run(generators.device(), ws, w -> g.synthesise(w, Noise.constant(), Precision.FLOAT16));
            assertThat(distance(actual, exact)).isLessThan(1.5e-3);
        }
    }

    @Test
    void theSameCodesGiveTheSameBitsOnEveryThread() {
        try (StyleGan2Generator g = generators.of(SMALL)) {
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
            return g.pixels(Tensor.of(generators.device(), ws), Noise.constant(), precision);
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32", "FLOAT16", "BFLOAT16"})
    void pixelsAreTheLevelsOfThePicture(Precision precision) {
        try (StyleGan2Generator g = generators.of(SMALL)) {
            HostArray ws = codes(SMALL, 2);
            HostArray image = Networks.run(generators.device(), ws, w -> g.synthesise(w, Noise.constant(), precision));
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
        try (StyleGan2Generator g = generators.of(SMALL)) {
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
        try (StyleGan2Generator g = generators.of(SMALL);
                Scope scope = Scope.open("test")) {
            Tensor ws = Tensor.of(generators.device(), codes(SMALL, 2));
            List<LayerTime> times = g.profile(ws, Noise.constant(), Precision.FLOAT16, 3);
            assertThat(times)
                    .extracting(LayerTime::layer)
                    .containsExactly(
                            "styles", "conv4", "up8", "conv8", "up16", "conv16", "up32", "conv32", "up64", "conv64");
            assertThat(times).allSatisfy(t -> {
                assertThat(t.milliseconds()).isNotNegative();
                assertThat(t.bytes()).isPositive();
            });
            assertThat(times.get(0).milliseconds()).isPositive();
            // 3x3 products of 2 pictures, 128 to 128 channels.
            assertThat(times.get(9).operations()).isEqualTo(2.0 * 2 * 64 * 64 * 9 * 128 * 128);
            assertThat(times.get(8).operations()).isEqualTo(2.0 * 2 * 32 * 32 * 9 * 256 * 128);
        }
    }

    @Test
    void aCallIsOneNativeCallAndMakesNothing() {
        try (StyleGan2Generator g = generators.of(SMALL);
                Scope scope = Scope.open("test")) {
            Tensor ws = Tensor.of(generators.device(), codes(SMALL, 2));
            g.synthesise(ws, Noise.constant(), Precision.FLOAT16);
            Counters start = generators.device().backend().counters();
            g.synthesise(ws, Noise.constant(), Precision.FLOAT16);
            Counters since = generators.device().backend().counters().since(start);
            assertThat(since.nativeCalls()).isEqualTo(1);
            assertThat(since.allocations()).isEqualTo(1);
            assertThat(since.primitivesCreated()).isZero();
        }
    }

    @Test
    void aBoundedNumberOfBatchSizesIsKept() {
        try (StyleGan2Generator g = generators.of(SMALL)) {
            byte[] first = pixels(g, codes(SMALL, 1), Precision.FLOAT16);
            long one = generators.liveBytes();
            for (int n = 1; n <= CudaSynthesis.KEPT_BATCHES; n++) {
                pixels(g, codes(SMALL, 1 + n % 2), Precision.FLOAT16);
            }
            Counters start = generators.device().backend().counters();
            for (int n = 1; n <= 12; n++) {
                pixels(g, codes(SMALL, n), Precision.FLOAT16);
            }
            for (int i = 0; i < CudaSynthesis.KEPT_BATCHES; i++) {
                pixels(g, codes(SMALL, 1), Precision.FLOAT16);
            }
            assertThat(pixels(g, codes(SMALL, 1), Precision.FLOAT16)).isEqualTo(first);
            assertThat(generators.device().backend().counters().since(start).primitivesCreated())
                    .isEqualTo(11);
            assertThat(generators.liveBytes()).isLessThan(one * 40);
        }
    }

    @Test
    void afterRunningOutOfMemoryASmallerBatchWorks() {
        GeneratorConfig wide = GeneratorConfig.standard(256, 32768, 512);
        try (StyleGan2Generator g = generators.of(wide)) {
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
        StyleGan2Generator g = generators.of(SMALL);
        pixels(g, codes(SMALL, 1), Precision.FLOAT16);
        g.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> pixels(g, codes(SMALL, 1), Precision.FLOAT16))
                .withMessageContaining("after it was closed");
    }

    @Test
    void unsuitedNetworksAreRefusedWithTheReason() {
        GeneratorConfig residual =
                new GeneratorConfig(512, 0, 512, 3, 2, 0.01, SMALL.channels(), Architecture.RESNET, 256);
        try (StyleGan2Generator odd = generators.of(GeneratorConfig.standard(16, 80, 6));
                StyleGan2Generator resnet = generators.of(residual);
                StyleGan2Generator trained =
                        StyleGan2Generator.load(SMALL, new RandomSource(1), generators.device(), true)) {
            assertThat(odd.refusal(Precision.FLOAT16))
                    .hasValue("channels must be multiples of 8, got 6 to 6 at 4 pixels");
            assertThat(resnet.refusal(Precision.FLOAT16))
                    .hasValue("only networks of the skip architecture are planned, got RESNET");
            assertThat(trained.refusal(Precision.BFLOAT16)).hasValue("its weights are being trained");
            assertThat(odd.refusal(Precision.FLOAT32)).isEmpty();
            assertThatThrownBy(() -> pixels(odd, codes(odd.config(), 1), Precision.FLOAT16))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessage("synthesis: FLOAT16 cannot be had: channels must be multiples of 8,"
                            + " got 6 to 6 at 4 pixels");
        }
    }

    @Test
    void randomNoiseIsThatOfTheComposition() {
        try (StyleGan2Generator g = generators.of(SMALL)) {
            HostArray ws = codes(SMALL, 2);
            HostArray one =
                    Networks.run(generators.device(), ws, w -> g.synthesise(w, Noise.random(1), Precision.FLOAT16));
            HostArray other =
                    Networks.run(generators.device(), ws, w -> g.synthesise(w, Noise.random(2), Precision.FLOAT16));
            HostArray exact = Networks.run(generators.device(), ws, w -> g.synthesise(w, Noise.random(2)));
            assertThat(distance(other, exact)).isLessThan(1.5e-3);
            assertThat(distance(one, exact)).isGreaterThan(1e-2);
        }
    }
}

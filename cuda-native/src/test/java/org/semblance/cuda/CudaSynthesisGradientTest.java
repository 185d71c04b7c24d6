package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.semblance.cuda.CudaGenerators.SMALL;
import static org.semblance.cuda.CudaGenerators.codes;
import static org.semblance.cuda.CudaGenerators.config;
import static org.semblance.cuda.CudaGenerators.distance;

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.backend.Recorder;
import org.semblance.networks.Networks;
import org.semblance.networks.RandomSource;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** Gradients through planned synthesis against those of the composition of operations in float32. */
@Tag("gpu")
class CudaSynthesisGradientTest {
    @RegisterExtension
    final CudaGenerators generators = new CudaGenerators();

    @ParameterizedTest
    @CsvSource({"8192, FLOAT16, 0.025", "4096, FLOAT16, 0.025", "4096, BFLOAT16, 0.07"})
    void gradientsThroughThinLayersAreCloseToFloat32(int channelBase, Precision precision, double bound) {
        try (StyleGan2Generator g = generators.of(GeneratorConfig.standard(256, channelBase, 64))) {
            assertThat(gradientError(g, precision)).isBetween(1e-6, bound);
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
        try (StyleGan2Generator g = generators.of(config(resolution))) {
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
        try (StyleGan2Generator g = generators.of(config, new RandomSource(7, biases))) {
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
        return Networks.gradient(generators.device(), ws, seed, w -> g.synthesise(w, Noise.random(2), precision));
    }

    /** A loss that is a mean makes gradients far below half precision's range. */
    @Test
    void smallGradientsDoNotVanishInHalfPrecision() {
        try (StyleGan2Generator g = generators.of(SMALL)) {
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
        try (StyleGan2Generator g = generators.of(GeneratorConfig.standard(8, 64, 8))) {
            HostArray ws = codes(g.config(), 1);
            UnaryOperator<Tensor> plain = w -> first(g, w, Precision.FLOAT32);
            HostArray exact = Networks.gradient(generators.device(), ws, ws, plain);
            HostArray actual = Networks.gradient(generators.device(), ws, ws, w -> first(g, w, Precision.BFLOAT16));
            assertThat(actual.data()).isEqualTo(exact.data());
        }
    }

    private static Tensor first(StyleGan2Generator g, Tensor w, Precision precision) {
        Tensor image = g.synthesise(w, Noise.none(), precision);
        return Gradients.of(image).recorded().wrt(w);
    }

    /** The tape that a recorder kept goes on without the recorder's memory, with noise that it first had there too. */
    @Test
    void randomNoiseOfARecordedPassOutlivesTheRecorder() {
        Device device = generators.device();
        HostArray codes = codes(SMALL, 2);
        try (StyleGan2Generator g = generators.of(SMALL);
                Scope scope = Scope.open("test")) {
            HostArray expected = Networks.run(device, codes, w -> g.synthesise(w, Noise.random(5), Precision.BFLOAT16));
            Tensor ws = Tensor.of(device, codes).track();
            pass(g, ws, Noise.none());
            try (Recorder recorder = device.backend().recorder()) {
                recorder.record(() -> pass(g, ws, Noise.random(5))).run();
            }
            HostArray actual =
                    g.synthesise(ws, Noise.random(5), Precision.BFLOAT16).toHost();
            assertThat(distance(actual, expected)).isLessThan(1.2e-2);
        }
    }

    /** Leaves a tape that can be used again. */
    private static void pass(StyleGan2Generator g, Tensor ws, Noise noise) {
        try (Scope scope = Scope.open("pass")) {
            g.synthesise(ws, noise, Precision.BFLOAT16);
        }
    }

    @Test
    void aTapeMayOutliveItsGenerator() {
        StyleGan2Generator g = generators.of(SMALL);
        try (Scope scope = Scope.open("test")) {
            g.synthesise(Tensor.of(generators.device(), codes(SMALL, 1)).track(), Noise.none(), Precision.BFLOAT16);
            g.close();
        }
    }
}

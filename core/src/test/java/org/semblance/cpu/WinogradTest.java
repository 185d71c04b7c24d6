package org.semblance.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.semblance.array.Shape;
import org.semblance.backend.Backend;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.ops.Conv2d;
import org.semblance.ops.Layouts;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** Minimal filtering against the definition of a convolution, borders and band edges included. */
@ExtendWith(NoLeaks.class)
class WinogradTest {
    private static final Device CPU = Device.cpu();
    private static final int N = 2;
    private static final int C = 128;
    private static final int O = 144;
    private static final int H = 48;
    private static final int W = 44;

    private final Random random = new Random(11);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void equalsTheDefinitionForwardAndInTheGradient(boolean kept) {
        float[] x = normal(N * C * H * W);
        float[] w = normal(O * C * 9);
        float[] g = normal(N * O * H * W);
        try (Scope scope = Scope.open("winograd")) {
            Tensor input = Tensor.of(CPU, x, N, C, H, W).track();
            Tensor weights = Tensor.of(CPU, w, O, C, 3, 3);
            if (kept) {
                CPU.backend().seal(weights.array());
            }
            assertThat(Winograd.suits(ConvSpec.padded(1), input.shape(), weights.shape(), kept))
                    .isTrue();
            Tensor y = Conv2d.of(input, weights, ConvSpec.padded(1));
            Tensor dx = Gradients.of(y).seed(Tensor.of(CPU, g, N, O, H, W)).wrt(input);
            assertThat(error(y.toHost().data(), O, (n, o, i, j) -> forward(x, w, n, o, i, j)))
                    .isLessThan(5e-6);
            assertThat(error(dx.toHost().data(), C, (n, c, i, j) -> backward(g, w, n, c, i, j)))
                    .isLessThan(5e-6);
        }
    }

    @Test
    void equalsTheDefinitionInTheGradientOfWeights() {
        float[] x = normal(N * C * H * W);
        float[] g = normal(N * O * H * W);
        try (Scope scope = Scope.open("winograd")) {
            Tensor dw = Conv2d.weightGrad(
                    Tensor.of(CPU, x, N, C, H, W),
                    Tensor.of(CPU, g, N, O, H, W),
                    ConvSpec.padded(1),
                    Shape.of(O, C, 3, 3));
            float[] got = dw.toHost().data();
            double difference = 0;
            double norm = 0;
            for (int k = 0; k < 300; k++) {
                int at = random.nextInt(got.length);
                double wanted = weightGradient(x, g, at / (C * 9), at / 9 % C, at % 9);
                difference += Math.pow(got[at] - wanted, 2);
                norm += wanted * wanted;
            }
            assertThat(Math.sqrt(difference / norm)).isLessThan(5e-6);
        }
    }

    private static double weightGradient(float[] x, float[] g, int o, int c, int tap) {
        double sum = 0;
        for (int k = 0; k < N * H * W; k++) {
            int n = k / (H * W);
            int i = k / W % H;
            int j = k % W;
            int y = i + tap / 3 - 1;
            int z = j + tap % 3 - 1;
            if (y >= 0 && y < H && z >= 0 && z < W) {
                sum += (double) x[((n * C + c) * H + y) * W + z] * g[((n * O + o) * H + i) * W + j];
            }
        }
        return sum;
    }

    @Test
    void keptWeightsAreTransformedOnce() {
        Backend backend = CPU.backend();
        try (Scope scope = Scope.open("winograd")) {
            Tensor x = Tensor.zeros(CPU, Shape.of(1, C, H, W));
            Tensor w = Tensor.zeros(CPU, Shape.of(O, C, 3, 3));
            backend.seal(w.array());
            Tensor image = Layouts.image(x);
            Conv2d.of(image, w, ConvSpec.padded(1));
            long before = backend.counters().liveBytes();
            Conv2d.of(image, w, ConvSpec.padded(1));
            assertThat(backend.counters().liveBytes() - before).isEqualTo(4L * H * W * O);
        }
    }

    @Test
    void leavesSmallAndOddConvolutionsToTheDirectForm() {
        Shape w = Shape.of(128, 128, 3, 3);
        assertThat(Winograd.suits(ConvSpec.padded(1), Shape.of(1, 128, 64, 64), w, true))
                .isTrue();
        assertThat(Winograd.suits(ConvSpec.padded(1), Shape.of(1, 128, 62, 64), w, true))
                .isFalse();
        assertThat(Winograd.suits(ConvSpec.padded(1), Shape.of(1, 128, 16, 16), w, true))
                .isFalse();
        assertThat(Winograd.suits(ConvSpec.padded(0), Shape.of(1, 128, 64, 64), w, true))
                .isFalse();
        assertThat(Winograd.suits(ConvSpec.of(2, 1), Shape.of(1, 128, 64, 64), w, true))
                .isFalse();
        assertThat(Winograd.suits(ConvSpec.padded(1), Shape.of(1, 64, 64, 64), Shape.of(64, 64, 3, 3), true))
                .isFalse();
    }

    private interface Reference {
        double at(int n, int channel, int i, int j);
    }

    /** Relative error over samples: all corners and edges by chance, and positions inside. */
    private double error(float[] got, int channels, Reference reference) {
        double difference = 0;
        double norm = 0;
        for (int k = 0; k < 600; k++) {
            int n = random.nextInt(N);
            int c = random.nextInt(channels);
            int i = k % 3 == 0 ? (k % 2) * (H - 1) : random.nextInt(H);
            int j = k % 5 == 0 ? (k % 2) * (W - 1) : random.nextInt(W);
            double wanted = reference.at(n, c, i, j);
            difference += Math.pow(got[((n * channels + c) * H + i) * W + j] - wanted, 2);
            norm += wanted * wanted;
        }
        return Math.sqrt(difference / norm);
    }

    private static double forward(float[] x, float[] w, int n, int o, int i, int j) {
        double sum = 0;
        for (int c = 0; c < C; c++) {
            for (int k = 0; k < 9; k++) {
                int y = i + k / 3 - 1;
                int z = j + k % 3 - 1;
                if (y >= 0 && y < H && z >= 0 && z < W) {
                    sum += (double) x[((n * C + c) * H + y) * W + z] * w[(o * C + c) * 9 + k];
                }
            }
        }
        return sum;
    }

    private static double backward(float[] g, float[] w, int n, int c, int i, int j) {
        double sum = 0;
        for (int o = 0; o < O; o++) {
            for (int k = 0; k < 9; k++) {
                int y = i - k / 3 + 1;
                int z = j - k % 3 + 1;
                if (y >= 0 && y < H && z >= 0 && z < W) {
                    sum += (double) g[((n * O + o) * H + y) * W + z] * w[(o * C + c) * 9 + k];
                }
            }
        }
        return sum;
    }

    private float[] normal(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}

package org.semblance.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** The fused layer against its composition: values, first gradients and gradients of gradients. */
@ExtendWith(NoLeaks.class)
class ModulatedLayerTest {
    private static final Device DEVICE = TestDevice.get();

    private final Random random = new Random(5);

    /** What one form of the layer gives. */
    private record Results(float[] y, float[] dx, float[] ds, float[] second) {}

    @ParameterizedTest
    @CsvSource({
        // n, in, out, size, up, noise rows, clamp, gain, demodulated, kernel
        "2, 6, 5, 7, 1, 1, 0, 1, true, 3",
        "2, 6, 5, 7, 1, 2, 0.9, 1, true, 3",
        "3, 4, 6, 5, 2, 0, 0, 0.7, true, 3",
        "2, 4, 6, 6, 2, 1, 1.5, 1, true, 3",
        "2, 8, 3, 9, 1, 0, 2, 1, false, 1",
        "1, 4, 4, 40, 1, 0, 0, 1, true, 3",
        "1, 4, 4, 40, 1, 1, 0.8, 1, true, 3",
        "1, 4, 4, 24, 2, 0, 0.8, 1, true, 3",
        "1, 4, 4, 24, 2, 1, 0, 1, true, 3",
        "2, 128, 132, 48, 1, 0, 0.8, 1, true, 3",
        "2, 132, 128, 48, 1, 2, 0, 0.7, true, 3",
    })
    void fusedEqualsComposed(
            int n,
            int in,
            int out,
            int size,
            int up,
            int noiseRows,
            float clamp,
            float gain,
            boolean demodulated,
            int k) {
        Activation act = demodulated ? Activation.standard(Activation.Kind.LRELU) : Activation.linear();
        Activation clamped = clamp == 0 ? act : act.withClamp(clamp);
        List<float[]> data = new ArrayList<>();
        for (int count : new int[] {
            n * in * size * size,
            n * in,
            out * in * k * k,
            out,
            Math.max(1, noiseRows) * up * up * size * size,
            n * out * up * up * size * size,
            n * in * size * size,
            n * in
        }) {
            data.add(normal(count));
        }
        Results fused = run(data, n, in, out, size, up, noiseRows, clamped, gain, demodulated, k, false);
        Results composed = run(data, n, in, out, size, up, noiseRows, clamped, gain, demodulated, k, true);
        // from 128 channels on, both forms may take minimal filtering, which rounds more
        assertClose(fused.y, composed.y, in < 128 ? 2e-6 : 6e-6);
        assertClose(fused.dx, composed.dx, 1e-5);
        assertClose(fused.ds, composed.ds, 2e-5);
        assertClose(fused.second, composed.second, 2e-5);
    }

    /** A tracked weight forbids the fused form, so tracking it selects the composition. */
    private Results run(
            List<float[]> data,
            int n,
            int in,
            int out,
            int size,
            int up,
            int noiseRows,
            Activation act,
            float gain,
            boolean demodulated,
            int k,
            boolean composed) {
        try (Scope scope = Scope.open("layer")) {
            Tensor x = Tensor.of(DEVICE, data.get(0), n, in, size, size).track();
            Tensor s = Tensor.of(DEVICE, data.get(1), n, in).track();
            Tensor w = Tensor.of(DEVICE, data.get(2), out, in, k, k);
            Tensor b = Tensor.of(DEVICE, data.get(3), out);
            if (composed) {
                w.track();
            }
            Tensor noise = noiseRows == 0 ? null : Tensor.of(DEVICE, data.get(4), noiseRows, 1, up * size, up * size);
            ModulatedLayer layer = demodulated
                    ? ModulatedLayer.synthesis(w, null, b, act, up, Filters.of(1, 3, 3, 1))
                    : ModulatedLayer.toRgb(w, b, act);
            Tensor y = layer.withGain(gain).apply(x, s, noise);
            Tensor g = Tensor.of(DEVICE, data.get(5), n, out, up * size, up * size);
            List<Tensor> first = Gradients.of(y).seed(g).wrt(List.of(x, s));
            return new Results(
                    y.toHost().data(),
                    first.get(0).toHost().data(),
                    first.get(1).toHost().data(),
                    second(y, g, x, s, data, n, in, size));
        }
    }

    /** The gradient in the styles of a projection of the first gradients. */
    private static float[] second(Tensor y, Tensor g, Tensor x, Tensor s, List<float[]> data, int n, int in, int size) {
        List<Tensor> recorded = Gradients.of(y).seed(g).recorded().wrt(List.of(x, s));
        Tensor alongX = Tensor.of(DEVICE, data.get(6), n, in, size, size);
        Tensor alongS = Tensor.of(DEVICE, data.get(7), n, in);
        Tensor slope = Elementwise.add(
                Reduce.sumAll(Elementwise.mul(recorded.get(0), alongX)),
                Reduce.sumAll(Elementwise.mul(recorded.get(1), alongS)));
        return Gradients.of(slope).wrt(s).toHost().data();
    }

    @Test
    void refusesWhatDoesNotFit() {
        try (Scope scope = Scope.open("layer")) {
            Tensor w = Tensor.zeros(DEVICE, Shape.of(2, 3, 3, 3));
            Tensor b = Tensor.zeros(DEVICE, Shape.of(2));
            ModulatedLayer layer = ModulatedLayer.synthesis(w, null, b, Activation.linear(), 1, Filters.of(1, 3, 3, 1));
            Tensor x = Tensor.zeros(DEVICE, Shape.of(1, 3, 4, 4));
            Tensor s = Tensor.zeros(DEVICE, Shape.of(1, 3));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> layer.apply(Tensor.zeros(DEVICE, Shape.of(1, 2, 4, 4)), s, null))
                    .withMessageContaining("modulatedLayer");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> layer.apply(x, Tensor.zeros(DEVICE, Shape.of(2, 3)), null))
                    .withMessageContaining("styles");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> layer.apply(x, s, Tensor.zeros(DEVICE, Shape.of(1, 1, 4, 5))))
                    .withMessageContaining("noise");
        }
    }

    private float[] normal(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static void assertClose(float[] got, float[] wanted, double tolerance) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < wanted.length; i++) {
            difference += Math.pow(got[i] - wanted[i], 2);
            norm += Math.pow(wanted[i], 2);
        }
        assertThat(Math.sqrt(difference)).isCloseTo(0, within(tolerance * Math.sqrt(norm) + 1e-12));
    }
}

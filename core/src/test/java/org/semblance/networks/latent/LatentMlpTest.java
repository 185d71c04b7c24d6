package org.semblance.networks.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.networks.Networks;
import org.semblance.networks.RandomSource;

@ExtendWith(NoLeaks.class)
class LatentMlpTest {
    private static final List<Integer> WIDTHS = List.of(7, 9, 5, 4);

    private final Device device = TestDevice.get();
    private final RandomSource source = new RandomSource(11);
    private final HostArray x = Networks.normal(1, 6, 7);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void computesTheLayersOneAfterTheOther(boolean trainable) {
        try (LatentMlp mlp = mlp(trainable)) {
            HostArray y = Networks.run(device, x, mlp::apply);
            assertThat(y.shape()).isEqualTo(Shape.of(6, 4));
            for (int i = 0; i < 6; i++) {
                double[] expected = byHand(Networks.row(x, i).data());
                for (int o = 0; o < 4; o++) {
                    assertThat(Math.abs(y.data()[4 * i + o] - expected[o])).isLessThan(1e-4);
                }
            }
        }
    }

    private double[] byHand(float[] row) {
        double[] values = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            values[i] = row[i];
        }
        for (int layer = 1; layer < WIDTHS.size(); layer++) {
            values = layer(values, layer);
        }
        return values;
    }

    private double[] layer(double[] in, int layer) {
        int out = WIDTHS.get(layer);
        float[] w = source.taken().get("linear" + layer + ".weight").data();
        float[] b = source.taken().get("linear" + layer + ".bias").data();
        double[] y = new double[out];
        for (int o = 0; o < out; o++) {
            y[o] = b[o];
            for (int i = 0; i < in.length; i++) {
                y[o] += w[o * in.length + i] * in[i];
            }
            if (layer < WIDTHS.size() - 1 && y[o] < 0) {
                y[o] *= 0.2;
            }
        }
        return y;
    }

    @Test
    void gradientsAgreeWithDifferences() {
        HostArray seed = Networks.normal(2, 6, 4);
        try (LatentMlp mlp = mlp(false)) {
            double off = Networks.deviation(
                    x,
                    Networks.normal(3, 6, 7),
                    seed,
                    Networks.gradient(device, x, seed, mlp::apply),
                    moved -> Networks.run(device, moved, mlp::apply));
            assertThat(off).isLessThan(0.01);
        }
    }

    @Test
    void knowsItsParameters() {
        try (LatentMlp mlp = mlp(true)) {
            assertThat(mlp.widths()).isEqualTo(WIDTHS);
            assertThat(mlp.parameters().all().keySet())
                    .containsExactly(
                            "linear1.weight",
                            "linear1.bias",
                            "linear2.weight",
                            "linear2.bias",
                            "linear3.weight",
                            "linear3.bias");
            assertThat(mlp.parameters().trained()).hasSize(6);
        }
    }

    @Test
    void refusesWhatItCannotTake() {
        try (LatentMlp mlp = mlp(false)) {
            for (HostArray wrong :
                    List.of(Networks.normal(1, 6, 8), Networks.normal(1, 7), Networks.normal(1, 1, 6, 7))) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> Networks.run(device, wrong, mlp::apply))
                        .withMessage("mlp: x must be [N, 7], got " + wrong.shape());
            }
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LatentMlp.load("mlp", List.of(7), 0.2f, source, device, false))
                .withMessage("mlp: at least an input and an output width are needed, got [7]");
    }

    @Test
    void closedOnesRefuseToWork() {
        LatentMlp mlp = mlp(false);
        mlp.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> Networks.run(device, x, mlp::apply))
                .withMessage("mlp: it was used after it was closed");
    }

    private LatentMlp mlp(boolean trainable) {
        return LatentMlp.load("mlp", WIDTHS, 0.2f, source, device, trainable);
    }
}

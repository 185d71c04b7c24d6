package org.semblance.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.semblance.array.HostArray;
import org.semblance.backend.Activation;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.OpCase;
import org.semblance.contract.TestDevice;
import org.semblance.json.Json;
import org.semblance.networks.StagedFeatures;
import org.semblance.ops.BiasAct;
import org.semblance.ops.Conv2d;
import org.semblance.ops.Norm;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** The difference of the identity encoder's maps, beside a reference in double precision. */
@ExtendWith(NoLeaks.class)
class PerceptualLossTest {
    private static final int SIDE = 6;
    private static final int PIXELS = 3 * SIDE * SIDE;
    private static final int ROWS = 3;
    private static final int CROSS = 1;
    private static final String ALONE = "{\"identity\": 0, \"landmarks\": 0, \"pixel\": 0, \"crossPixel\": 0,"
            + " \"moments\": 0, \"regression\": 0, \"leak\": 0, \"perceptual\": 1.5, \"perceptualStages\": 2}";

    private final Device device = TestDevice.get();
    private final HostArray pictures = OpCase.between(1, -1, 1, ROWS, 3, SIDE, SIDE);
    private final HostArray codes = OpCase.between(2, -1, 1, ROWS, PIXELS);
    private final HostArray first = OpCase.normal(3, 4, 3, 3, 3);
    private final HostArray second = OpCase.normal(4, 5, 4, 3, 3);

    @Test
    void valueEqualsTheReferenceOnRowsWithOneSource() throws IOException {
        double[] expected = {reference(codes.data(), 1), reference(codes.data(), 2)};
        for (int stages = 1; stages <= 2; stages++) {
            LossConfig config = config(ALONE.replace("Stages\": 2", "Stages\": " + stages));
            double[] got = measured(config, this::encoder).value();
            assertThat(got[0]).as("term").isCloseTo(expected[stages - 1], within(2e-6 * expected[stages - 1]));
            assertThat(got[1]).as("total").isCloseTo(1.5 * expected[stages - 1], within(3e-6 * expected[stages - 1]));
        }
    }

    @Test
    void gradientEqualsDifferencesOfTheReference() throws IOException {
        float[] slope = measured(config(ALONE), this::encoder).slope();
        for (int k = 0; k < PIXELS * ROWS; k += 7) {
            double[] at = {codes.data()[k] - 1e-6, codes.data()[k] + 1e-6};
            double difference = 1.5 * (reference(codes.data(), k, at[1]) - reference(codes.data(), k, at[0])) / 2e-6;
            assertThat((double) slope[k]).as("element " + k).isCloseTo(difference, within(2e-6));
        }
        for (int k = PIXELS * (ROWS - CROSS); k < PIXELS * ROWS; k++) {
            assertThat(slope[k]).as("a row with two sources").isZero();
        }
    }

    @Test
    void withoutWeightNoMapIsReadAndNoTermIsLeft() throws IOException {
        LossConfig config = config(ALONE.replace("1.5", "0").replace("\"identity\": 0", "\"identity\": 1"));
        Measured with = measured(config, this::encoder);
        Measured without =
                measured(config, x -> new StagedFeatures(List.of(), encoder(x).rows()));
        assertThat(with.names()).containsExactly("identity", "total");
        assertThat(with.slope()).isEqualTo(without.slope());
    }

    @Test
    void moreStagesThanTheEncoderShowsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> measured(config(ALONE.replace("Stages\": 2", "Stages\": 3")), this::encoder))
                .withMessageContaining("perceptualStages must be at most the number of stages")
                .withMessageContaining("2, got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config("{\"perceptualStages\": 0}"))
                .withMessageContaining("perceptualStages must be at least 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config("{\"perceptual\": -1}"))
                .withMessageContaining("perceptual must be finite and at least 0");
    }

    // --- the objective
    // ------------------------------------------------------------------------------------------

    private record Measured(double[] value, float[] slope, List<String> names) {}

    private static LossConfig config(String json) throws IOException {
        return ConfigJson.read(Json.parse(json, "losses"), LossConfig.stable(SIDE));
    }

    private Measured measured(LossConfig config, Function<Tensor, StagedFeatures> identity) {
        try (Scope scope = Scope.open()) {
            Tensor w = Tensor.of(device, codes).track();
            StepNetworks networks = new StepNetworks(
                    identity,
                    x -> x,
                    code -> Shapes.reshape(code, ROWS, 3, SIDE, SIDE),
                    Shapes::flatten,
                    joined -> w,
                    code -> code);
            try (Objective objective = new Objective(networks, config, SIDE, device, null)) {
                Tensor images = Tensor.of(device, pictures);
                Objective.Pass pass = objective.evaluate(new StepInput(images, images, CROSS, null, null));
                Tensor term = pass.terms().getOrDefault("perceptual", pass.total());
                double[] values = {term.item(), pass.total().item()};
                float[] slope = Gradients.of(pass.total()).wrt(w).toHost().data();
                return new Measured(values, slope, List.copyOf(pass.terms().keySet()));
            }
        }
    }

    private StagedFeatures encoder(Tensor x) {
        ConvSpec same = ConvSpec.of(1, 1);
        ConvSpec half = ConvSpec.of(2, 1);
        Tensor a = BiasAct.of(Conv2d.of(x, Tensor.of(device, first), same), null, Activation.relu());
        Tensor b = BiasAct.of(Conv2d.of(a, Tensor.of(device, second), half), null, Activation.relu());
        return new StagedFeatures(List.of(a, b), Norm.l2(Shapes.flatten(b)));
    }

    // --- the reference
    // ------------------------------------------------------------------------------------------

    private double reference(float[] outputs, int element, double value) {
        double[] moved = doubles(outputs);
        moved[element] = value;
        return reference(moved, 2);
    }

    private double reference(float[] outputs, int stages) {
        return reference(doubles(outputs), stages);
    }

    private double reference(double[] outputs, int stages) {
        double[][][] maps = {maps(outputs), maps(doubles(pictures.data()))};
        double sum = 0;
        for (int stage = 0; stage < stages; stage++) {
            double off = 0;
            double size = 0;
            for (int i = 0; i < maps[0][stage].length; i++) {
                off += Math.abs(maps[0][stage][i] - maps[1][stage][i]);
                size += Math.abs(maps[1][stage][i]);
            }
            sum += off / size;
        }
        return sum / stages;
    }

    /** Maps of both stages of the rows with one source. */
    private double[][] maps(double[] images) {
        int rows = ROWS - CROSS;
        double[] a = convolved(images, rows, SIDE, first, 1);
        return new double[][] {a, convolved(a, rows, SIDE, second, 2)};
    }

    private static double[] convolved(double[] x, int rows, int side, HostArray weight, int stride) {
        int out = weight.shape().dim(0);
        int in = weight.shape().dim(1);
        int to = side / stride;
        double[] y = new double[rows * out * to * to];
        for (int i = 0; i < y.length; i++) {
            int row = i / (out * to * to);
            int o = i / (to * to) % out;
            double sum = 0;
            for (int t = 0; t < in * 9; t++) {
                int top = i / to % to * stride + t / 3 % 3 - 1;
                int left = i % to * stride + t % 3 - 1;
                if (top >= 0 && top < side && left >= 0 && left < side) {
                    sum += x[((row * in + t / 9) * side + top) * side + left] * weight.data()[o * in * 9 + t];
                }
            }
            y[i] = Math.max(0, sum);
        }
        return y;
    }

    private static double[] doubles(float[] data) {
        double[] doubles = new double[data.length];
        for (int i = 0; i < data.length; i++) {
            doubles[i] = data[i];
        }
        return doubles;
    }
}

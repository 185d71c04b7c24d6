package org.semblance.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.OpCase;
import org.semblance.contract.TestDevice;
import org.semblance.json.Json;
import org.semblance.networks.StagedFeatures;
import org.semblance.ops.Elementwise;
import org.semblance.ops.MatMul;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** Features are 2 of an identity, the logits of 4 classes, the third of which is the frequent one, and one more. */
@ExtendWith(NoLeaks.class)
class ClassPathTest {
    private static final int FEATURES = 7;
    private static final int FIRST = 2;
    private static final int CLASSES = 4;
    private static final int CODE = 5;
    private static final int SIDE = 4;
    private static final List<Integer> RARE = List.of(0, 1, 3);

    /** Logits of rows: frequent, each rare class, two rare ones at once, in doubt, and all alike. */
    private static final float[][] LOGITS = {
        {-5, -4, 6, -5},
        {5, -4, -3, -6},
        {-6, 4, -3, -5},
        {-4, -5, -6, 7},
        {5, 6, -5, -5},
        {-4, -4, 2, -1},
        {0, 0, 0, 0}
    };

    private static final int ROWS = LOGITS.length;

    private final Device device = TestDevice.get();
    private final HostArray features = features();
    private final HostArray codes = OpCase.normal(2, ROWS, CODE);
    private final HostArray start = OpCase.normal(3, FEATURES, CODE);
    private final HostArray mean = OpCase.normal(4, CODE);

    private static HostArray features() {
        HostArray all = OpCase.normal(1, ROWS, FEATURES);
        for (int row = 0; row < ROWS; row++) {
            System.arraycopy(LOGITS[row], 0, all.data(), row * FEATURES + FIRST, CLASSES);
        }
        return all;
    }

    private ClassPath path(List<Integer> classes) {
        return ClassPath.of(
                device,
                x -> MatMul.of(x, Tensor.of(device, start)),
                mean,
                FEATURES,
                new DirectionUnits.Logits(FIRST, CLASSES),
                classes);
    }

    private float[] before(List<Integer> classes, double left) {
        try (Scope scope = Scope.open()) {
            Tensor w = Tensor.of(device, codes);
            return path(classes)
                    .before(w, Tensor.of(device, features), left(left))
                    .toHost()
                    .data();
        }
    }

    private Tensor left(double left) {
        return Tensor.full(device, Shape.of(1, 1), (float) left);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 0.7, 0.1, 0})
    void rareRowsLieSoMuchOfTheirWayBack(double left) {
        float[] got = before(RARE, left);
        for (int k = 0; k < got.length; k++) {
            double expected = reference(RARE, left, k / CODE, k % CODE);
            assertThat((double) got[k])
                    .as("row " + k / CODE + ", element " + k % CODE)
                    .isCloseTo(expected, within(1e-5));
        }
    }

    /** The reference says of the rows above what they are there for. */
    @Test
    void rowsAreAsRareAsTheirLogitsSay() {
        double[] rare = {0, 1, 1, 1, 1, 0.75, 1};
        for (int row = 0; row < ROWS; row++) {
            assertThat(rare(RARE, row)).as("row " + row).isCloseTo(rare[row], within(1e-6));
        }
        assertThat(rare(List.of(1), 6)).isEqualTo(0.5);
    }

    @Test
    void frequentRowsStayToTheBitAndRareOnesBeginAtTheMeanWhereTheStartIs() {
        float[] got = before(RARE, 1);
        assertThat(row(got, 0)).isEqualTo(row(codes.data(), 0));
        HostArray atStart = new HostArray(Shape.of(ROWS, CODE), new float[ROWS * CODE]);
        for (int k = 0; k < ROWS * CODE; k++) {
            atStart.data()[k] = (float) started(k / CODE, k % CODE);
        }
        try (Scope scope = Scope.open()) {
            Tensor w = Tensor.of(device, atStart);
            float[] near = path(RARE)
                    .before(w, Tensor.of(device, features), left(1))
                    .toHost()
                    .data();
            for (int row = 1; row <= 4; row++) {
                assertThat(row(near, row)).as("row " + row).containsExactly(mean.data(), within(1e-5f));
            }
        }
    }

    /** A class that has no step stays where the mapper puts it. */
    @Test
    void classesThatAreNotNamedAreFrequent() {
        float[] got = before(List.of(3), 0.7);
        for (int row : new int[] {0, 1, 2, 4}) {
            assertThat(row(got, row)).as("row " + row).isEqualTo(row(codes.data(), row));
        }
        for (int i = 0; i < CODE; i++) {
            double expected = reference(List.of(3), 0.7, 3, i);
            assertThat((double) got[3 * CODE + i]).isCloseTo(expected, within(1e-5));
        }
    }

    @Test
    void theGradientGoesToTheCodesAlone() {
        HostArray upstream = OpCase.normal(5, ROWS, CODE);
        try (Scope scope = Scope.open()) {
            Tensor w = Tensor.of(device, codes).track();
            Tensor known = Tensor.of(device, features).track();
            Tensor on = path(RARE).before(w, known, left(0.7));
            List<Tensor> slopes =
                    Gradients.of(on).seed(Tensor.of(device, upstream)).wrt(List.of(w, known));
            assertThat(slopes.get(0).toHost().data()).isEqualTo(upstream.data());
            assertThat(slopes.get(1).toHost().data()).containsOnly(0);
        }
    }

    /** The regression to known codes, as all losses on codes, is of the mapper's. */
    @Test
    void picturesAloneAreMadeOnTheWay() throws IOException {
        String rest = "{\"regression\": 1, \"identity\": 0, \"landmarks\": 0, \"pixel\": 0, \"crossPixel\": 0,"
                + " \"moments\": 0, \"leak\": 0}";
        LossConfig config = ConfigJson.read(Json.parse(rest, "losses"), LossConfig.stable(SIDE));
        try (Scope scope = Scope.open()) {
            Tensor w = Tensor.of(device, codes).track();
            Tensor ones = Tensor.full(device, Shape.of(1, CODE), 1);
            LatentStatistics statistics = new LatentStatistics(ones, ones);
            StepNetworks networks = networks(w, path(RARE));
            try (Objective objective = new Objective(networks, config, SIDE, device, statistics)) {
                StepInput in = new StepInput(pictures(), pictures(), 0, null, Tensor.of(device, codes));
                Objective.Pass plain = objective.evaluate(in);
                Objective.Pass back = objective.evaluate(in.before(left(0.7)));
                assertThat(plain.output().toHost().data()).isEqualTo(codes.data());
                assertThat(back.output().toHost().data()).isEqualTo(before(RARE, 0.7));
                assertThat(back.w().toHost().data()).isEqualTo(codes.data());
                assertThat(plain.total().item()).isZero();
                assertThat(back.total().item()).isZero();
            }
        }
    }

    private Tensor pictures() {
        return Tensor.full(device, Shape.of(ROWS, 3, SIDE, SIDE), 0);
    }

    /** Whose outputs are codes, and whose features are those above. */
    private StepNetworks networks(Tensor w, ClassPath path) {
        Tensor all = Tensor.of(device, features);
        return new StepNetworks(
                x -> new StagedFeatures(List.of(), Shapes.narrow(all, 1, 0, FIRST)),
                x -> x,
                code -> Elementwise.scale(code, 1),
                x -> Shapes.narrow(all, 1, FIRST, FEATURES),
                joined -> w,
                code -> code,
                null,
                null,
                path);
    }

    // --- the reference
    // ------------------------------------------------------------------------------------------

    private double reference(List<Integer> classes, double left, int row, int i) {
        double way = started(row, i) - mean.data()[i];
        return codes.data()[row * CODE + i] - left * rare(classes, row) * way;
    }

    private double started(int row, int i) {
        double sum = 0;
        for (int k = 0; k < FEATURES; k++) {
            sum += (double) features.data()[row * FEATURES + k] * start.data()[k * CODE + i];
        }
        return sum;
    }

    private static double rare(List<Integer> classes, int row) {
        double sum = 0;
        for (int c : classes) {
            double others = 0;
            for (int k = 0; k < CLASSES; k++) {
                others += k == c ? 0 : LOGITS[row][k];
            }
            double margin = LOGITS[row][c] - others / (CLASSES - 1);
            sum += Math.max(0, Math.min(1, margin / 4 + 0.5));
        }
        return Math.min(1, sum);
    }

    private static float[] row(float[] all, int row) {
        float[] one = new float[CODE];
        System.arraycopy(all, row * CODE, one, 0, CODE);
        return one;
    }
}

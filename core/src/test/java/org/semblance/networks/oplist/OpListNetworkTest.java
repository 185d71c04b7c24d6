package org.semblance.networks.oplist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Counters;
import org.semblance.backend.Device;
import org.semblance.backend.PoolSpec;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.networks.Networks;
import org.semblance.networks.RandomSource;
import org.semblance.networks.StagedFeatures;
import org.semblance.networks.oplist.OpList.Op;
import org.semblance.networks.oplist.OpList.Step;
import org.semblance.ops.Pool2d;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

@ExtendWith(NoLeaks.class)
class OpListNetworkTest {
    private final Device device = TestDevice.get();

    /** Every operation, a branch, folded and unfolded normalisations, with and without biases. */
    private static final OpList EVERYTHING = list(
            "y",
            conv("c1", 3, 4, 3, 1, false, "x", "a"),
            bn("n1", 4, "a", "b"),
            act(Op.RELU, "b", "c"),
            conv("c2", 4, 6, 3, 2, true, "c", "d"),
            bn("n2", 6, "d", "e"),
            conv("c3", 4, 6, 1, 2, false, "c", "f"),
            bn("n3", 6, "f", "g"),
            new Step(Op.ADD, "", 0, 0, 0, 1, 0, false, 0, 0, List.of("e", "g"), "h"),
            act(Op.LRELU, "h", "i"),
            bn("n4", 6, "i", "j"),
            conv("c4", 6, 6, 3, 1, true, "j", "k"),
            act(Op.LRELU, "k", "l"),
            new Step(Op.MAXPOOL, "", 0, 0, 3, 2, 1, false, 0, 0, List.of("l"), "m"),
            one(Op.GAP, "m", "n"),
            one(Op.FLATTEN, "m", "o"),
            linear("f1", 24, 6, true, "o", "p"),
            act(Op.RELU, "p", "q"),
            linear("f2", 6, 6, false, "q", "r"),
            new Step(Op.ADD, "", 0, 0, 0, 1, 0, false, 0, 0, List.of("r", "n"), "s"),
            one(Op.L2NORM, "s", "y"));

    private final HostArray x = Networks.normal(1, 5, 3, 8, 8);

    @Test
    void stagesAreTheLastMapsOfEachResolution() {
        try (OpListNetwork network = OpListNetwork.load(EVERYTHING, new RandomSource(3), device, false);
                Scope scope = Scope.open()) {
            Tensor pictures = Tensor.of(device, x);
            StagedFeatures seen = network.staged(pictures);
            assertThat(seen.stages())
                    .extracting(Tensor::shape)
                    .containsExactly(Shape.of(5, 4, 8, 8), Shape.of(5, 6, 4, 4), Shape.of(5, 6, 2, 2));
            assertThat(seen.rows().toHost().data())
                    .isEqualTo(network.apply(pictures).toHost().data());
            float[] largest = seen.stages().get(2).toHost().data();
            assertThat(Pool2d.max(seen.stages().get(1), PoolSpec.of(3, 2, 1))
                            .toHost()
                            .data())
                    .isEqualTo(largest);
        }
    }

    @Test
    void foldingChangesNothing() {
        HostArray plain = applied(EVERYTHING, true);
        assertThat(plain.shape()).isEqualTo(Shape.of(5, 6));
        assertThat(Networks.relativeL2(applied(EVERYTHING, false), plain)).isLessThan(2e-6);
    }

    /** Without a fold in between that could hide it, the norm of each row is one. */
    @Test
    void resultsAreNormalised() {
        HostArray y = applied(EVERYTHING, false);
        for (int i = 0; i < 5; i++) {
            HostArray row = Networks.row(y, i);
            assertThat(Networks.dot(row, row)).isBetween(1 - 1e-5, 1 + 1e-5);
        }
    }

    @Test
    void foldingSavesWork() {
        assertThat(arraysOfOneRun(false)).isLessThan(arraysOfOneRun(true));
    }

    private long arraysOfOneRun(boolean trainable) {
        try (OpListNetwork network = network(EVERYTHING, trainable)) {
            Networks.run(device, x, network::apply);
            Counters before = device.backend().counters();
            Networks.run(device, x, network::apply);
            return device.backend().counters().since(before).allocations();
        }
    }

    @Test
    void gradientsPassThroughFoldedNetworks() {
        HostArray seed = Networks.normal(2, 5, 6);
        HostArray direction = Networks.normal(3, 5, 3, 8, 8);
        try (OpListNetwork frozen = network(EVERYTHING, false);
                OpListNetwork plain = network(EVERYTHING, true)) {
            HostArray g = Networks.gradient(device, x, seed, frozen::apply);
            assertThat(Networks.relativeL2(g, Networks.gradient(device, x, seed, plain::apply)))
                    .isLessThan(1e-5);
            double off = Networks.deviation(x, direction, seed, g, moved -> Networks.run(device, moved, plain::apply));
            assertThat(off).isLessThan(0.05);
        }
    }

    @Test
    void onlyTrainableNetworksTrain() {
        try (OpListNetwork frozen = network(EVERYTHING, false);
                OpListNetwork plain = network(EVERYTHING, true)) {
            assertThat(frozen.parameters().trained()).isEmpty();
            assertThat(plain.parameters().trained()).hasSize(4 + 2 + 2 * 4 + 2 + 1);
            assertThat(frozen.parameters().all().keySet())
                    .isEqualTo(plain.parameters().all().keySet());
        }
    }

    /** An intermediate value with another reader must stay what it was, whatever follows it. */
    @Test
    void valuesThatAreReadTwiceAreNotFoldedAway() {
        OpList list = list(
                "s",
                conv("c", 3, 3, 3, 1, true, "x", "a"),
                bn("n", 3, "a", "b"),
                act(Op.RELU, "b", "c"),
                new Step(Op.ADD, "", 0, 0, 0, 1, 0, false, 0, 0, List.of("a", "b"), "d"),
                new Step(Op.ADD, "", 0, 0, 0, 1, 0, false, 0, 0, List.of("c", "d"), "s"));
        assertThat(Networks.relativeL2(applied(list, false), applied(list, true)))
                .isLessThan(1e-6);
    }

    /** The output may stand before an operation that would be folded into it. */
    @Test
    void whatFollowsTheOutputIsNotFoldedIntoIt() {
        OpList list = list("a", conv("c", 3, 3, 3, 1, true, "x", "a"), bn("n", 3, "a", "b"), act(Op.RELU, "b", "c"));
        OpList alone = list("a", conv("c", 3, 3, 3, 1, true, "x", "a"));
        assertThat(applied(list, false).data()).isEqualTo(applied(alone, false).data());
    }

    @Test
    void aNegativeVarianceIsNotFolded() {
        OpList list = list("b", conv("c", 3, 2, 3, 1, true, "x", "a"), bn("n", 2, "a", "b"));
        RandomSource source =
                new RandomSource(7, Map.of("n.running_var", new HostArray(Shape.of(2), new float[] {1, -0.5f})));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OpListNetwork.load(list, source, device, false))
                .withMessage("n.running_var[1] must be at least 0, got -0.5");
    }

    static Stream<Arguments> badLists() {
        Step first = conv("c", 3, 3, 3, 1, true, "x", "a");
        return Stream.of(
                Arguments.of("net: no operation makes the output 'z'", List.of(first), "z"),
                Arguments.of(
                        "net: RELU 'b' reads [c], of which some are not made before it",
                        List.of(first, act(Op.RELU, "c", "b"), act(Op.RELU, "b", "c")),
                        "c"),
                Arguments.of(
                        "net: value 'a' is made twice",
                        List.of(first, act(Op.RELU, "a", "b"), act(Op.RELU, "b", "a")),
                        "a"),
                Arguments.of("net: value 'x' is made twice", List.of(act(Op.RELU, "x", "x")), "x"),
                Arguments.of(
                        "net: parameter 'c.weight' was taken twice",
                        List.of(first, conv("c", 3, 3, 3, 1, true, "a", "b")),
                        "b"));
    }

    @ParameterizedTest
    @MethodSource("badLists")
    void refusesListsThatMakeNoSense(String message, List<Step> steps, String output) {
        OpList list = new OpList("net", List.of(3, 8, 8), steps, output);
        for (boolean trainable : new boolean[] {false, true}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> network(list, trainable))
                    .withMessage(message);
        }
    }

    @Test
    void refusesOperationsWithTheWrongNumberOfInputs() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> one(Op.ADD, "x", "y"))
                .withMessage("network: ADD 'y' takes 2 inputs, got [x]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Step(Op.RELU, "", 0, 0, 0, 1, 0, false, 0, 0, List.of("x", "x"), "y"))
                .withMessage("network: RELU 'y' takes 1 inputs, got [x, x]");
    }

    @Test
    void refusesInputsOfAnotherShape() {
        try (OpListNetwork network = network(EVERYTHING, false)) {
            for (HostArray wrong : List.of(
                    Networks.normal(1, 5, 3, 8, 7), Networks.normal(1, 3, 8, 8), Networks.normal(1, 5, 4, 8, 8))) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> Networks.run(device, wrong, network::apply))
                        .withMessage("net: x must be [N, 3, 8, 8], got " + wrong.shape());
            }
        }
    }

    @Test
    void refusesToWorkOnceClosed() {
        OpListNetwork network = network(EVERYTHING, false);
        network.close();
        network.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> Networks.run(device, x, network::apply))
                .withMessage("net: it was used after it was closed");
    }

    private HostArray applied(OpList list, boolean trainable) {
        try (OpListNetwork network = network(list, trainable)) {
            return Networks.run(device, x, network::apply);
        }
    }

    private OpListNetwork network(OpList list, boolean trainable) {
        return OpListNetwork.load(list, new RandomSource(7), device, trainable);
    }

    private static OpList list(String output, Step... steps) {
        return new OpList("net", List.of(3, 8, 8), new ArrayList<>(List.of(steps)), output);
    }

    private static Step conv(
            String name, int in, int out, int kernel, int stride, boolean bias, String from, String to) {
        return new Step(Op.CONV, name, in, out, kernel, stride, kernel / 2, bias, 0, 0, List.of(from), to);
    }

    private static Step bn(String name, int channels, String from, String to) {
        return new Step(Op.BN, name, channels, channels, 0, 1, 0, false, 1e-5, 0, List.of(from), to);
    }

    private static Step linear(String name, int in, int out, boolean bias, String from, String to) {
        return new Step(Op.LINEAR, name, in, out, 0, 1, 0, bias, 0, 0, List.of(from), to);
    }

    private static Step act(Op op, String from, String to) {
        return new Step(op, "", 0, 0, 0, 1, 0, false, 0, 0.1, List.of(from), to);
    }

    private static Step one(Op op, String from, String to) {
        return new Step(op, "", 0, 0, 0, 1, 0, false, 0, 0, List.of(from), to);
    }
}

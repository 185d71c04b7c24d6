package org.semblance.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.OpCase;
import org.semblance.contract.TestDevice;
import org.semblance.networks.latent.LatentMlp;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** A mapper of 3 features of an identity and 6 of attributes, the first three of which are logits. */
@ExtendWith(NoLeaks.class)
class DirectionUnitsTest {
    private static final int IDENTITY = 3;
    private static final int FEATURES = 9;
    private static final int CODE = 5;
    private static final DirectionUnits.Logits LOGITS = new DirectionUnits.Logits(IDENTITY, 3);

    private final Device device = TestDevice.get();

    static Stream<List<Integer>> widths() {
        return Stream.of(
                List.of(FEATURES, 14, 11, CODE),
                List.of(FEATURES, 12, 10, 9, CODE),
                List.of(FEATURES, 9, 8, 7, 6, CODE));
    }

    private static Map<String, HostArray> fresh(List<Integer> widths) {
        return FreshNetworks.centredMapper(widths, IDENTITY, OpCase.normal(3, CODE), 4);
    }

    private static List<ClassDirection> directions(double first, double second) {
        return List.of(
                new ClassDirection(1, HostArray.of(new float[] {0.6f, 0, -0.8f, 0, 0}, CODE), first, 1, 1),
                new ClassDirection(2, HostArray.of(new float[] {0, 0, 0, 1, 0}, CODE), second, 1, 1));
    }

    private float[] mapped(Map<String, HostArray> values, List<Integer> widths, float slope, float... logits) {
        float[] in = OpCase.normal(6, FEATURES).data().clone();
        System.arraycopy(logits, 0, in, IDENTITY, logits.length);
        try (LatentMlp mlp = LatentMlp.load("m", widths, slope, new HostParameters("m", values), device, false);
                Scope scope = Scope.open()) {
            return mlp.apply(Tensor.of(device, in, 1, FEATURES)).toHost().data();
        }
    }

    private static Map<String, HostArray> with(List<Integer> widths, float slope, List<ClassDirection> directions) {
        return DirectionUnits.in(fresh(widths), widths, slope, LOGITS, directions);
    }

    private void moves(List<Integer> widths, float[] logits, double... step) {
        for (float slope : new float[] {0.2f, 0, 0.01f, 0.5f}) {
            moves(widths, slope, logits, step);
        }
    }

    private void moves(List<Integer> widths, float slope, float[] logits, double... step) {
        float[] with = mapped(with(widths, slope, directions(1.5, 0.7)), widths, slope, logits);
        float[] still = mapped(with(widths, slope, directions(0, 0)), widths, slope, logits);
        for (int i = 0; i < CODE; i++) {
            assertThat((double) with[i] - still[i]).as("element " + i).isCloseTo(step[i], within(1e-5));
        }
    }

    @ParameterizedTest
    @MethodSource("widths")
    void theLogitsOfAClassMoveTheCodeByItsStepAlone(List<Integer> widths) {
        moves(widths, new float[] {6, -6, -5}, 0, 0, 0, 0, 0);
        moves(widths, new float[] {-4, 5, -6}, 0.9, 0, -1.2, 0, 0);
        moves(widths, new float[] {-7, -4, 9}, 0, 0, 0, 0.7, 0);
    }

    @ParameterizedTest
    @MethodSource("widths")
    void inDoubtTheStepIsHalf(List<Integer> widths) {
        moves(widths, new float[] {9, 3, -3}, 0.45, 0, -0.6, 0, 0);
    }

    /** Without the units' inputs and outputs a network of fewer units is left, of the same values. */
    @ParameterizedTest
    @MethodSource("widths")
    void theOtherUnitsBeginAsTheyWould(List<Integer> widths) {
        Map<String, HostArray> fresh = fresh(widths);
        List<Integer> fewer = new ArrayList<>(widths);
        for (int layer = 1; layer < widths.size() - 1; layer++) {
            fewer.set(layer, widths.get(layer) - (layer == 1 ? 4 : 2));
        }
        Map<String, HostArray> cut = new LinkedHashMap<>();
        for (int layer = 1; layer < widths.size(); layer++) {
            cut.put("linear" + layer + ".weight", cut(fresh.get("linear" + layer + ".weight"), fewer, layer));
            float[] bias = Arrays.copyOf(fresh.get("linear" + layer + ".bias").data(), fewer.get(layer));
            cut.put("linear" + layer + ".bias", HostArray.of(bias, bias.length));
        }
        float[] logits = {3, -2, -1};
        float[] wanted = mapped(cut, fewer, 0.2f, logits);
        float[] got = mapped(with(widths, 0.2f, directions(0, 0)), widths, 0.2f, logits);
        assertThat(got).containsExactly(wanted, within(1e-5f));
    }

    private static HostArray cut(HostArray weight, List<Integer> widths, int layer) {
        int columns = weight.shape().dim(1);
        float[] data = new float[widths.get(layer) * widths.get(layer - 1)];
        for (int i = 0; i < data.length; i++) {
            data[i] = weight.data()[i / widths.get(layer - 1) * columns + i % widths.get(layer - 1)];
        }
        return new HostArray(Shape.of(widths.get(layer), widths.get(layer - 1)), data);
    }

    @Test
    void whatWasGivenStaysAsItIs() {
        List<Integer> widths = List.of(FEATURES, 14, 11, CODE);
        Map<String, HostArray> fresh = fresh(widths);
        DirectionUnits.in(fresh, widths, 0.2f, LOGITS, directions(1, 1));
        fresh(widths)
                .forEach((name, value) ->
                        assertThat(fresh.get(name).data()).as(name).isEqualTo(value.data()));
    }

    @Test
    void aMapperWithoutRoomIsRefused() {
        refused(List.of(FEATURES, 14, CODE), "[14]");
        refused(List.of(FEATURES, 3, 11, CODE), "the first at least 4 and all at least 2");
        refused(List.of(FEATURES, 14, 11, 1, CODE), "[14, 11, 1]");
    }

    @Test
    void aCodeThatDoesNotSayAllClassesIsRefused() {
        List<Integer> widths = List.of(FEATURES, 14, 11, CODE);
        DirectionUnits.Logits wide = new DirectionUnits.Logits(IDENTITY, 7);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DirectionUnits.in(fresh(widths), widths, 0.2f, wide, directions(1, 1)))
                .withMessageContaining("attribute code must be at least 7 numbers")
                .withMessageContaining("got 6");
    }

    @Test
    void aSlopeWithoutBendIsRefused() {
        List<Integer> widths = List.of(FEATURES, 14, 11, CODE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(widths, 1, directions(1, 1)))
                .withMessageContaining("slope of the mapper must be in [0, 1) for schedule.classPath, got 1.0");
    }

    private static void refused(List<Integer> widths, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(widths, 0.2f, directions(1, 1)))
                .withMessageContaining("hidden layers of the mapper must be at least two")
                .withMessageContaining(why);
    }
}

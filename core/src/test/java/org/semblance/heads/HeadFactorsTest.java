package org.semblance.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadFactorsTest {
    private static final GoldenHeads GOLDEN = GoldenHeads.read("golden", 64);
    private static final HeadFactors HEAD = HeadFactors.of(41, 5);

    @Test
    void uniformNumbersEqualTheGoldenOnesBitForBit() {
        for (int head = 0; head < GOLDEN.count(); head++) {
            long seed =
                    Long.parseLong(GOLDEN.json().get("identity_seeds").at(head).asString());
            float[] expected = GOLDEN.numbers("first_uniforms_stream1", head);
            for (int k = 0; k < expected.length; k++) {
                assertThat(SplitMix.uniform(seed, SplitMix.IDENTITY, k)).isEqualTo(expected[k]);
            }
        }
    }

    @Test
    void groundTruthEqualsTheGoldenOneBitForBit() {
        List<HeadFactors> factors = GOLDEN.factors();
        for (int head = 0; head < GOLDEN.count(); head++) {
            HeadFactors f = factors.get(head);
            assertThat(f.identity()).hasSize(22).containsExactly(GOLDEN.numbers("id_s", head));
            assertThat(f.attributes()).hasSize(25).containsExactly(GOLDEN.numbers("at_s", head));
            assertThat(f.identityClasses()).containsExactly(classes("id_c", head));
            assertThat(f.attributeClasses()).containsExactly(classes("at_c", head));
        }
    }

    private static int[] classes(String name, int head) {
        double[] row = GOLDEN.json().get(name).at(head).asDoubles();
        return Arrays.stream(row).mapToInt(c -> (int) c).toArray();
    }

    @Test
    void namesStandInTheGoldenOrder() {
        assertThat(HeadFactors.identityNames())
                .isEqualTo(GOLDEN.json().get("identity_names").asStrings());
        assertThat(HeadFactors.attributeNames())
                .isEqualTo(GOLDEN.json().get("attribute_names").asStrings());
    }

    @Test
    void valuesArePhysicalAndClamped() {
        assertThat(HEAD.withNormalised("yaw", 0.5).value("yaw")).isEqualTo(20);
        assertThat(HEAD.withNormalised("mouth_open", -1).value("mouth_open")).isZero();
        assertThat(HEAD.withNormalised("eye_open", 1).value("eye_open")).isEqualTo(1.15);
    }

    @Test
    void oneFactorChangesAndTheRestStays() {
        HeadFactors turned = HEAD.with("yaw", 25);
        assertThat(turned.value("yaw")).isCloseTo(25, within(1e-5));
        assertThat(turned.with("yaw", HEAD.value("yaw")).value("pitch")).isEqualTo(HEAD.value("pitch"));
        assertThat(turned.identity()).containsExactly(HEAD.identity());
        assertThat(HEAD).isEqualTo(HeadFactors.of(41, 5)).isNotEqualTo(turned);
    }

    @Test
    void classesHaveNumbersAndLabels() {
        assertThat(HEAD.withLabel("hair_style", "curly").category("hair_style")).isEqualTo(5);
        assertThat(HEAD.with("glasses", 2).label("glasses")).isEqualTo("square");
        assertThat(HEAD.withLabel("beard", "full").value("beard")).isEqualTo(2);
    }

    @Test
    void attributesCanBeTakenFromAnotherHead() {
        HeadFactors other = HeadFactors.of(7, 8);
        HeadFactors mixed = HEAD.withAttributesOf(other);
        assertThat(mixed).isEqualTo(HeadFactors.of(41, 8));
        assertThat(HeadFactors.of(
                        mixed.identity(), mixed.identityClasses(), mixed.attributes(), mixed.attributeClasses()))
                .isEqualTo(mixed);
    }

    @Test
    void badFactorsAreRefused() {
        refused(() -> HEAD.with("yaw", 55), "factor yaw: value must be in [-40.0, 40.0], got 55.0");
        refused(() -> HEAD.with("yaw", Double.NaN), "factor yaw: value must be in [-40.0, 40.0], got NaN");
        refused(() -> HEAD.withNormalised("tx", -1.5), "factor tx: s must be in [-1, 1], got -1.5");
        refused(() -> HEAD.with("glasses", 3), "factor glasses: class must be an integer in [0, 2], got 3.0");
        refused(
                () -> HEAD.withLabel("beard", "goat"),
                "factor beard: label must be one of [none, stubble, full, goatee" + ", moustache], got goat");
        refused(() -> HEAD.value("smirk"), "factor: name must be one of heads.json, got smirk");
        refused(() -> HEAD.normalised("beard"), "factor beard: must be a number, got a category");
        refused(() -> HEAD.label("yaw"), "factor yaw: must be a category, got a number");
        refused(
                () -> HeadFactors.of(new float[21], new int[3], new float[25], new int[1]),
                "factors: identity must have 22 elements, got 21");
    }

    private static void refused(Runnable call, String message) {
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}

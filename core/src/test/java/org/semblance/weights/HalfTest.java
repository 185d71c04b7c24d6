package org.semblance.weights;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfTest {
    @Test
    void everyF16SurvivesTheWayToFloatAndBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = Half.fromF16((short) bits);
            short back = Half.toF16(value);
            if ((bits & 0x7fff) > 0x7c00) {
                assertThat(value).isNaN();
                assertThat(Half.fromF16(back)).isNaN();
            } else {
                assertThat(back).isEqualTo((short) bits);
                assertThat(value).isEqualTo(exactF16(bits));
            }
        }
    }

    @Test
    void everyBf16SurvivesTheWayToFloatAndBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = Half.fromBf16((short) bits);
            if ((bits & 0x7fff) > 0x7f80) {
                assertThat(value).isNaN();
                assertThat(Half.fromBf16(Half.toBf16(value))).isNaN();
            } else {
                assertThat(Half.toBf16(value)).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void valuesBetweenTwoF16GoToTheNearerOneAndTiesToTheEvenOne() {
        for (int bits = 0; bits < 0x7bff; bits++) {
            float low = Half.fromF16((short) bits);
            float high = Half.fromF16((short) (bits + 1));
            float middle = (low + high) / 2;
            int even = bits % 2 == 0 ? bits : bits + 1;
            assertThat(Half.toF16(middle)).isEqualTo((short) even);
            assertThat(Half.toF16(Math.nextDown(middle))).isEqualTo((short) bits);
            assertThat(Half.toF16(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
            assertThat(Half.toF16(-middle)).isEqualTo((short) (even | 0x8000));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "65504, 7bff",
        "65519.996, 7bff",
        "65520, 7c00",
        "1e30, 7c00",
        "Infinity, 7c00",
        "-Infinity, fc00",
        "-0.0, 8000",
        "5.9604645e-8, 1",
        "2.9802322e-8, 0",
        "2.9802326e-8, 1",
        "1e-45, 0"
    })
    void theEndsOfTheF16Range(float value, String hex) {
        assertThat(Half.toF16(value) & 0xffff).isEqualTo(Integer.parseInt(hex, 16));
    }

    @ParameterizedTest
    @CsvSource({
        "3.4028235e38, 7f80",
        "3.3895314e38, 7f7f",
        "1, 3f80",
        "1.00390625, 3f80",
        "1.01171875, 3f82",
        "1.0039064, 3f81",
        "-0.0, 8000",
        "Infinity, 7f80"
    })
    void bf16RoundsToNearestEven(float value, String hex) {
        assertThat(Half.toBf16(value) & 0xffff).isEqualTo(Integer.parseInt(hex, 16));
    }

    @Test
    void arraysConvertInPlace() {
        float[] values = {9, 1, -2.5f, 65504, 9};
        short[] halves = new short[5];
        float[] back = new float[5];

        Half.toF16(values, 1, halves, 2, 3);
        Half.fromF16(halves, 2, back, 1, 3);
        assertThat(back).containsExactly(0, 1, -2.5f, 65504, 0);

        Half.toBf16(values, 1, halves, 0, 2);
        Half.fromBf16(halves, 0, back, 3, 2);
        assertThat(back).containsExactly(0, 1, -2.5f, 1, -2.5f);
    }

    /** From the definition, in float64. */
    private static float exactF16(int bits) {
        int exponent = bits >> 10 & 31;
        int fraction = bits & 1023;
        double sign = bits < 0x8000 ? 1 : -1;
        if (exponent == 31) {
            return (float) (sign * Double.POSITIVE_INFINITY);
        }
        double magnitude = exponent == 0 ? fraction * 0x1p-24 : (1024 + fraction) * Math.scalb(1.0, exponent - 25);
        return (float) (sign * magnitude);
    }
}

package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected: {@code numpy.random.RandomState(seed).randn(2000).astype(numpy.float32)}, numpy 1 and 2 alike. */
class NumpySeedsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 1.7640524, 0.4001572, 0.978738, 2.2408931, 1.3749641, -0.3752224, -1.3109704, -31.639766908134334",
        "1, 1.6243454, -0.6117564, -0.5281718, -1.0729686, 0.19686978, 1.7587594, 1.3868256, 66.13792105254834",
        "624, -0.57879734, -0.9719112, -0.11778887, -0.9540026, 0.73620534, -0.020589735, 0.16331652, -2.1559599239",
        "12345, -0.20470765, 0.47894335, -0.51943874, -0.5557303, -0.7267081, -0.39747486, 1.918403, 13.479934756978",
        "4294967295, 0.64840865, 0.6693235, -1.0805438, 0.28450105, -0.16334505, -0.2588823, 1.4450976, 15.01295556",
    })
    void numbersAreThoseOfNumpy(
            long seed, float i0, float i1, float i2, float i3, float i511, float i1247, float i1999, double sum) {
        float[] z = NumpySeeds.normal(seed, 2000);
        assertThat(new float[] {z[0], z[1], z[2], z[3], z[511], z[1247], z[1999]})
                .containsExactly(i0, i1, i2, i3, i511, i1247, i1999);
        double total = 0;
        for (float x : z) {
            total += x;
        }
        assertThat(total).isCloseTo(sum, within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE})
    void seedsAreThoseOfNumpy(long seed) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NumpySeeds.normal(seed, 1))
                .withMessage("seed: must be in 0 ... 2^32 - 1, got " + seed);
    }
}

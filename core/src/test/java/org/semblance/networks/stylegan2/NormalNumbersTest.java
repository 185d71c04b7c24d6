package org.semblance.networks.stylegan2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NormalNumbersTest {
    private static final int COUNT = 1 << 18;

    private static float[] numbers(long seed, int layer, int sample) {
        float[] values = new float[COUNT];
        NormalNumbers.of(seed, layer, sample).fill(values, 0, COUNT);
        return values;
    }

    private static double mean(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < COUNT; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum / COUNT;
    }

    @Test
    void areNormal() {
        float[] x = numbers(1, 2, 3);
        float[] ones = new float[COUNT];
        float[] squares = new float[COUNT];
        int beyond = 0;
        for (int i = 0; i < COUNT; i++) {
            ones[i] = 1;
            squares[i] = x[i] * x[i];
            beyond += Math.abs(x[i]) > 2 ? 1 : 0;
        }
        assertThat(mean(x, ones)).isCloseTo(0, within(0.01));
        assertThat(mean(x, x)).isCloseTo(1, within(0.01));
        assertThat(mean(squares, squares)).isCloseTo(3, within(0.05));
        assertThat(beyond / (double) COUNT).isCloseTo(0.0455, within(0.002));
    }

    @Test
    void seedsLayersAndSamplesAreIndependent() {
        float[] x = numbers(1, 2, 3);
        assertThat(mean(x, numbers(2, 2, 3))).isCloseTo(0, within(0.01));
        assertThat(mean(x, numbers(1, 3, 3))).isCloseTo(0, within(0.01));
        assertThat(mean(x, numbers(1, 2, 4))).isCloseTo(0, within(0.01));
    }

    @Test
    void dependOnTheirPlaceAlone() {
        float[] x = numbers(5, -6, 7);
        float[] part = new float[9];
        NormalNumbers.of(5, -6, 7).fill(part, 4, 5);
        assertThat(part).containsExactly(0, 0, 0, 0, x[0], x[1], x[2], x[3], x[4]);
    }
}

package org.semblance.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.semblance.array.HostArray;

class TemporalFiguresTest {
    /** Unit vectors at these angles to the wanted identity, of any length. */
    private static HostArray at(double... degrees) {
        float[] rows = new float[2 * degrees.length];
        for (int i = 0; i < degrees.length; i++) {
            rows[2 * i] = (float) ((i + 1) * Math.cos(Math.toRadians(degrees[i])));
            rows[2 * i + 1] = (float) ((i + 1) * Math.sin(Math.toRadians(degrees[i])));
        }
        return HostArray.of(rows, degrees.length, 2);
    }

    @Test
    void figuresOfThreeFrames() {
        TemporalFigures figures = TemporalFigures.of(new int[] {0, 1, 2}, at(0, 60, 30), at(0));
        assertThat(figures.frames()).isEqualTo(3);
        assertThat(figures.mean()).isCloseTo((1 + 0.5 + Math.sqrt(0.75)) / 3, within(1e-6));
        assertThat(figures.low()).isCloseTo(0.5 + 0.1 * (Math.sqrt(0.75) - 0.5), within(1e-6));
        assertThat(figures.pairwise()).isCloseTo((0.5 + 2 * Math.sqrt(0.75)) / 3, within(1e-6));
        assertThat(figures.jitter()).isCloseTo((1 + 2 * Math.sin(Math.toRadians(15))) / 2, within(1e-6));
        assertThat(figures.drift()).isCloseTo(100 * (Math.sqrt(0.75) - 1) / 2, within(1e-4));
    }

    @Test
    void onlyNeighboursJitter() {
        TemporalFigures figures = TemporalFigures.of(new int[] {0, 1, 5, 6}, at(0, 0, 90, 90), null);
        assertThat(figures.jitter()).isCloseTo(0, within(1e-9));
        assertThat(figures.mean()).isNaN();
        assertThat(figures.json()).containsOnlyKeys("frames", "pairwise_mean", "jitter");
    }

    @Test
    void framesAndRowsMustAgree() {
        assertThatThrownBy(() -> TemporalFigures.of(new int[] {0, 1}, at(0, 1, 2), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a frame number for each of at least 2 rows is needed, got 2");
        assertThatThrownBy(() -> TemporalFigures.of(new int[] {0}, at(0), null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** 68 points that all stand at (x, 0.5), but for a spread that keeps measures defined. */
    private static HostArray points(double... x) {
        float[] rows = new float[136 * x.length];
        for (int t = 0; t < x.length; t++) {
            for (int k = 0; k < 68; k++) {
                rows[136 * t + 2 * k] = (float) (x[t] + 0.01 * k);
                rows[136 * t + 2 * k + 1] = (float) (0.5 + 0.001 * k * k % 0.07);
            }
        }
        return HostArray.of(rows, x.length, 136);
    }

    @Test
    void theJerkIsTheThirdDifference() {
        int[] numbers = {0, 1, 2, 3, 4};
        TemporalMotion motion =
                TemporalMotion.of(numbers, points(0, 1, 4, 9, 16), points(0, 0, 0, 0.25, 0), 64, Map.of());
        assertThat(motion.jerkIn()).as("constant acceleration").isCloseTo(0, within(1e-3));
        assertThat(motion.jerkOut()).isCloseTo(64 * (0.25 + 0.75) / 2, within(1e-3));
        assertThat(motion.jerk()).isEqualTo(motion.jerkOut() - motion.jerkIn());
        assertThat(motion.distance()).isCloseTo(64 * (0 + 1 + 4 + 8.75 + 16) / 5, within(1e-3));
    }

    @Test
    void aGapIsNoJerk() {
        HostArray jump = points(0, 0, 0, 9, 9, 9);
        assertThat(TemporalMotion.jerk(new int[] {0, 1, 2, 9, 10, 11}, jump)).isNaN();
        assertThat(TemporalMotion.jerk(new int[] {0, 1, 2, 3, 4, 5}, jump)).isGreaterThan(1);
    }

    @Test
    void curvesThatFollowCorrelate() {
        FactorLayout layout = new FactorLayout(List.of(
                new Factor("face_w", Factor.Kind.LINEAR, true, 0, 1),
                new Factor("yaw", Factor.Kind.LINEAR, false, 1, 1),
                new Factor("bg_sat", Factor.Kind.LINEAR, false, 2, 1)));
        HostArray in = HostArray.of(new float[] {0, -1, 0.5f, 0, 0, 0.5f, 0, 1, 0.51f}, 3, 3);
        HostArray out = HostArray.of(new float[] {1, 0.2f, 0, 0, 0.3f, 1, 0, 0.4f, 0}, 3, 3);
        Map<String, double[][]> curves = TemporalMotion.curves(layout, in, out);
        assertThat(curves).as("those of attributes that move").containsOnlyKeys("factor_yaw");
        TemporalMotion motion = TemporalMotion.of(new int[] {0, 1, 2}, points(0, 1, 2), points(0, 1, 2), 64, curves);
        assertThat(motion.tracking().get("factor_yaw")).isCloseTo(1, within(1e-6));
    }
}

package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.semblance.array.HostArray;

class IdentityTemplateTest {
    private static final int SIZE = 16;

    /** Unit rows around an axis. */
    private static HostArray rows(int count, int axis, double spread, long seed) {
        Random random = new Random(seed);
        float[] all = new float[count * SIZE];
        for (int i = 0; i < count; i++) {
            double[] row = new double[SIZE];
            Arrays.setAll(row, k -> (k == axis ? 1 : 0) + spread * random.nextGaussian());
            double norm = Math.sqrt(Arrays.stream(row).map(x -> x * x).sum());
            for (int k = 0; k < SIZE; k++) {
                all[i * SIZE + k] = (float) (row[k] / norm);
            }
        }
        return HostArray.of(all, count, SIZE);
    }

    private static double angles(float[] centre, HostArray rows) {
        double sum = 0;
        for (int i = 0; i < rows.shape().dim(0); i++) {
            double cosine =
                    IdEncoder.cosine(centre, Batches.rows(rows, i, i + 1).data());
            sum += Math.acos(Math.max(-1, Math.min(1, cosine)));
        }
        return sum;
    }

    @ParameterizedTest
    @EnumSource(IdentityTemplate.class)
    void oneIsItself(IdentityTemplate template) {
        HostArray one = rows(1, 3, 0.2, 1);
        assertThat(template.of(one)).isEqualTo(one.data());
    }

    @ParameterizedTest
    @EnumSource(IdentityTemplate.class)
    void twoMeetInTheMiddleWithTheMeanLength(IdentityTemplate template) {
        float[] middle = template.of(HostArray.of(new float[] {2, 0, 0, 4}, 2, 2));
        assertThat((double) middle[0]).isEqualTo(3 * Math.sqrt(0.5), within(1e-6));
        assertThat((double) middle[1]).isEqualTo(3 * Math.sqrt(0.5), within(1e-6));
    }

    /** No point nearby has a smaller sum of angles. */
    @Test
    void theMedianHasTheLeastSumOfAngles() {
        HostArray rows = rows(9, 2, 0.4, 5);
        float[] median = IdentityTemplate.MEDIAN.of(rows);
        double least = angles(median, rows);
        assertThat(least).isLessThan(angles(IdentityTemplate.MEAN.of(rows), rows) - 1e-4);
        Random random = new Random(3);
        for (int i = 0; i < 200; i++) {
            float[] moved = median.clone();
            for (int k = 0; k < SIZE; k++) {
                moved[k] += 0.01f * (float) random.nextGaussian();
            }
            assertThat(angles(moved, rows)).isGreaterThanOrEqualTo(least - 1e-6);
        }
    }

    @Test
    void aFewWrongPicturesDoNotMoveTheMedianFar() {
        HostArray right = rows(7, 0, 0.1, 1);
        HostArray wrong = rows(3, 5, 0.1, 2);
        HostArray all = Batches.joined(List.of(right, wrong));
        float[] truth = IdentityTemplate.MEAN.of(right);
        assertThat(IdEncoder.cosine(IdentityTemplate.MEDIAN.of(all), truth)).isGreaterThan(0.98);
        assertThat(IdEncoder.cosine(IdentityTemplate.MEAN.of(all), truth)).isLessThan(0.95);
    }

    /** Weiszfeld's steps alone would divide by zero at a picture that is the median itself. */
    @Test
    void aPictureMayBeTheMedian() {
        HostArray rows = HostArray.of(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0}, 5, 3);
        assertThat(IdEncoder.cosine(IdentityTemplate.MEDIAN.of(rows), new float[] {1, 0, 0}))
                .isGreaterThan(1 - 1e-7);
    }

    @Test
    void refusesWhatHasNoCentre() {
        assertThatThrownBy(() -> IdentityTemplate.MEAN.of(HostArray.of(new float[] {1, 0, -1, 0}, 2, 2)))
                .hasMessageContaining("cancel out");
        assertThatThrownBy(() -> IdentityTemplate.MEDIAN.of(HostArray.of(new float[] {1, 0, 0, 0}, 2, 2)))
                .hasMessageContaining("must not be zero", "row 1");
        assertThatThrownBy(() -> IdentityTemplate.MEAN.of(HostArray.of(new float[] {1, Float.NaN}, 1, 2)))
                .hasMessageContaining("finite");
        assertThatThrownBy(() -> IdentityTemplate.MEAN.of(HostArray.of(new float[2], 2)))
                .hasMessageContaining("[N, D]");
    }
}

package org.semblance.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.semblance.array.HostArray;

/** Differences of agreement of the same people, and how far chance moves them. */
class PairedAgreementTest {
    private static final int PEOPLE = 500;
    private static final FactorLayout LAYOUT = new FactorLayout(List.of(
            new Factor("yaw", Factor.Kind.LINEAR, false, 0, 1),
            new Factor("smile", Factor.Kind.LINEAR, false, 1, 1),
            new Factor("face_w", Factor.Kind.LINEAR, true, 2, 1)));

    /** Standard normal values of people. */
    private static double[] normal(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[PEOPLE];
        for (int i = 0; i < PEOPLE; i++) {
            values[i] = Math.sqrt(-2 * Math.log(1 - random.nextDouble())) * Math.cos(2 * Math.PI * random.nextDouble());
        }
        return values;
    }

    private static HostArray columns(double[]... columns) {
        float[] rows = new float[PEOPLE * columns.length];
        for (int i = 0; i < PEOPLE; i++) {
            for (int c = 0; c < columns.length; c++) {
                rows[i * columns.length + c] = (float) columns[c][i];
            }
        }
        return HostArray.of(rows, PEOPLE, columns.length);
    }

    private static double[] plus(double[] a, double share, double[] b) {
        double[] sum = a.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += share * b[i];
        }
        return sum;
    }

    /** Readings of outputs that show yaw and smile with this much noise; smile cannot be read on the originals. */
    private static FactorReadings readings(double noise, long seed) {
        double[] yaw = normal(1);
        double[] smile = normal(2);
        double[] face = normal(3);
        HostArray truth = columns(yaw, smile, face);
        HostArray originals = columns(plus(yaw, 0.1, normal(4)), normal(5), face);
        HostArray outputs = columns(plus(yaw, noise, normal(seed)), smile, normal(6));
        return new FactorReadings(LAYOUT, outputs, truth, truth, originals, null);
    }

    private static PairedAgreement of(FactorReadings one, FactorReadings other) {
        return PairedAgreement.of(one, other, Bootstrap.ofRows(PEOPLE, 1000, 7));
    }

    @Test
    void theDifferenceIsThatOfReadableAttributesAlone() {
        FactorReadings clear = readings(0.5, 8);
        FactorReadings dim = readings(1, 9);
        PairedAgreement paired = of(clear, dim);
        assertThat(paired.factors()).isEqualTo(1);
        double expected = clear.scores(Bootstrap.ofRows(PEOPLE, 10, 0))
                        .get(0)
                        .toAttributes()
                        .value()
                - dim.scores(Bootstrap.ofRows(PEOPLE, 10, 0))
                        .get(0)
                        .toAttributes()
                        .value();
        assertThat(paired.difference().value()).isCloseTo(expected, within(1e-12));
        assertThat(expected).isCloseTo(1 / Math.sqrt(1.25) - 1 / Math.sqrt(2), within(0.05));
        assertThat(paired.difference().low()).isGreaterThan(0);
        assertThat(of(dim, clear).difference().high()).isLessThan(0);
    }

    /** A correlation r of n people has a standard error of (1 - r^2) / sqrt(n); two with noise of their own add up. */
    @Test
    void theStandardErrorIsThatOfThePair() {
        PairedAgreement paired = of(readings(1, 8), readings(1, 9));
        assertThat(paired.difference().value()).isBetween(-0.06, 0.06);
        assertThat(paired.error()).isBetween(0.015, 0.035);
        PairedAgreement same = of(readings(1, 8), readings(1, 8));
        assertThat(same.difference().value()).isZero();
        assertThat(same.error()).isZero();
        double width = paired.difference().high() - paired.difference().low();
        assertThat(width / paired.error()).isCloseTo(2 * 1.96, within(0.4));
    }
}

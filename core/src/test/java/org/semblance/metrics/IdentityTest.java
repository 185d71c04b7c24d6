package org.semblance.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.semblance.array.HostArray;

/** Cosines, thresholds, error rates and intervals, against numbers worked out by hand or by numpy. */
class IdentityTest {
    private static final double[] GENUINE = {0.9, 0.7, 0.6, 0.4, 0.3};
    private static final double[] IMPOSTORS = {0.5, 0.35, 0.1, 0.0, -0.2, 0.3, 0.2, 0.05};

    @Test
    void cosines() {
        double[] cosines = Embeddings.cosines(Waves.rows(12, 3, 1.3, 0.7), Waves.rows(12, 3, 0.2, 0.5));
        assertThat(cosines[0]).isCloseTo(0.99840662, within(1e-7));
        assertThat(cosines[1]).isCloseTo(-0.20952017, within(1e-7));
        assertThat(cosines[2]).isCloseTo(0.12921328, within(1e-7));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Embeddings.cosines(Waves.rows(2, 3, 1, 1), Waves.rows(3, 3, 1, 1)));
    }

    @Test
    void ranksCountRowsThatAreNearer() {
        HostArray gallery = HostArray.of(new float[] {1, 0, 0, 2, 1, 1}, 3, 2);
        HostArray queries = HostArray.of(new float[] {3, 0, 1, 1.1f, 1, 0.1f}, 3, 2);
        assertThat(Embeddings.ranks(queries, gallery)).containsExactly(0, 1, 1);
    }

    @Test
    void errorRates() {
        Verification v = new Verification(GENUINE, IMPOSTORS);
        assertThat(v.auc()).isCloseTo(0.9125, within(1e-12));
        assertThat(v.threshold(0.25)).isCloseTo(0.3125, within(1e-12));
        assertThat(v.tar(0.3125)).isEqualTo(0.8);
        assertThat(v.far(0.3125)).isEqualTo(0.25);
        assertThat(v.tar(0.4)).isEqualTo(0.8);
        assertThat(v.eer()).isCloseTo(0.225, within(1e-12)); // at 0.35: misses 1 of 5, lets 2 of 8 in
        assertThat(new Verification(new double[] {2}, new double[] {1}).auc()).isEqualTo(1);
        assertThat(new Verification(new double[] {1}, new double[] {1}).auc()).isEqualTo(0.5);
        assertThatIllegalArgumentException().isThrownBy(() -> new Verification(new double[0], IMPOSTORS));
    }

    @Test
    void impostorsAreAllPairsOfTwoPeople() {
        HostArray rows = HostArray.of(new float[] {1, 0, 0, 1, 1, 1, -1, 0}, 4, 2);
        Impostors pairs = Impostors.of(rows, new int[] {5, 5, 8, 9});
        assertThat(pairs.pairs()).isEqualTo(5);
        double half = Math.sqrt(0.5);
        assertThat(Arrays.stream(pairs.similarities()).sorted().toArray())
                .containsExactly(new double[] {-1, -half, 0, half, half}, within(1e-6));
        assertThatIllegalArgumentException().isThrownBy(() -> Impostors.of(rows, new int[4]));
    }

    /** The first 4,500 rows show one person; all of the others must be there. */
    @Test
    void impostorsOfManyRowsAreOfAsManyPeopleAsThereAre() {
        int[] persons = new int[5000];
        Arrays.fill(persons, 4500, 4990, 1);
        Arrays.fill(persons, 4990, 5000, 2);
        HostArray rows = Waves.rows(5000, 2, 1.3, 0.7);
        Impostors pairs = Impostors.of(rows, persons);
        assertThat(pairs.pairs()).isEqualTo(2 * 4094 + 1);
        assertThat(pairs.threshold(0.1, 1, 0).people()).isEqualTo(3);
        Impostors people = Impostors.ofPeople(rows, persons);
        assertThat(people.pairs()).isEqualTo(3);
        HostArray firsts = HostArray.of(
                new float[] {
                    rows.data()[0],
                    rows.data()[1],
                    rows.data()[9000],
                    rows.data()[9001],
                    rows.data()[9980],
                    rows.data()[9981]
                },
                3,
                2);
        assertThat(people.similarities())
                .containsExactly(Impostors.of(firsts, new int[] {0, 1, 2}).similarities());
        Arrays.setAll(persons, i -> i);
        assertThat(Impostors.of(rows, persons).pairs()).isEqualTo(4096L * 4095 / 2);
    }

    /** Of Gaussian directions in the plane the cosine is that of a uniform angle: quantile 1 - f is cos(pi f). */
    @Test
    void thresholdsOfManyPairsComeNearTheTruth() {
        Random random = new Random(3);
        float[] data = new float[2 * 300];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) random.nextGaussian();
        }
        int[] persons = new int[300];
        Arrays.setAll(persons, i -> i);
        Impostors pairs = Impostors.of(HostArray.of(data, 300, 2), persons);
        Impostors.Threshold threshold = pairs.threshold(0.05, 300, 1);
        assertThat(threshold.pairs()).isEqualTo(300 * 299 / 2);
        assertThat(threshold.people()).isEqualTo(300);
        assertThat(threshold.value().value()).isCloseTo(Math.cos(Math.PI * 0.05), within(0.01));
        assertThat(threshold.value().low()).isLessThan(threshold.value().value());
        assertThat(threshold.value().high()).isGreaterThan(threshold.value().value());
        assertThat(threshold).isEqualTo(pairs.threshold(0.05, 300, 1));
    }

    /** The mean of n independent numbers deviates by sigma / sqrt(n); 95 % lie within 1.96 of that. */
    @Test
    void bootstrapGivesTheIntervalOfAMean() {
        Random random = new Random(5);
        double[] values = random.doubles(400).toArray();
        Interval interval = Bootstrap.ofRows(400, 2000, 1).mean(values);
        double half = 1.96 * Math.sqrt(1 / 12.0) / 20;
        assertThat(interval.value()).isCloseTo(Arrays.stream(values).average().orElseThrow(), within(1e-12));
        assertThat(interval.high() - interval.low()).isCloseTo(2 * half, within(0.15 * 2 * half));
        assertThat(interval).isEqualTo(Bootstrap.ofRows(400, 2000, 1).mean(values));
        assertThat(interval).isNotEqualTo(Bootstrap.ofRows(400, 2000, 2).mean(values));
    }

    @Test
    void rowsOfOnePersonAreDrawnTogether() {
        double[] values = new double[400];
        int[] clusters = new int[400];
        for (int i = 0; i < 400; i++) {
            clusters[i] = i / 40;
            values[i] = clusters[i] % 2;
        }
        Interval together = new Bootstrap(clusters, 1000, 1).mean(values);
        Interval apart = Bootstrap.ofRows(400, 1000, 1).mean(values);
        assertThat(together.high() - together.low()).isGreaterThan(4 * (apart.high() - apart.low()));
        Bootstrap bootstrap = new Bootstrap(clusters, 1000, 1);
        assertThat(bootstrap.of(rows -> Arrays.stream(rows)
                        .mapToDouble(r -> values[r])
                        .average()
                        .orElseThrow()))
                .isEqualTo(together);
        assertThat(bootstrap.clusters()).isEqualTo(10);
    }

    @Test
    void correlation() {
        double[] x = {1, 2, 3, 4, 5, 7};
        double[] y = {2, 1, 4, 3, 7, 5};
        assertThat(Statistics.correlation(x, y, Statistics.range(6))).isCloseTo(0.7428571428571429, within(1e-12));
        assertThat(Statistics.correlation(x, new double[6], Statistics.range(6)))
                .isNaN();
        assertThat(Statistics.determination(x, x)).isEqualTo(1);
        assertThat(Statistics.determination(new double[] {0, 2}, new double[] {1, 1}))
                .isZero();
    }
}

package org.semblance.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.semblance.array.HostArray;

class ProbesTest {
    private static final int N = 600;
    private final Random random = new Random(8);

    private HostArray gaussians(int width) {
        float[] data = new float[N * width];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) random.nextGaussian();
        }
        return HostArray.of(data, N, width);
    }

    @Test
    void readsWhatIsLinearlyThereAndNothingElse() {
        HostArray codes = gaussians(20);
        double[] target = new double[N];
        double[] noisy = new double[N];
        double[] foreign = new double[N];
        for (int i = 0; i < N; i++) {
            target[i] = 3 + codes.data()[20 * i] - 2 * codes.data()[20 * i + 7];
            noisy[i] = target[i] + Math.sqrt(5) * random.nextGaussian();
            foreign[i] = random.nextGaussian();
        }
        RidgeProbe probe = new RidgeProbe(codes, 1);
        assertThat(probe.determination(target)).isCloseTo(1, within(1e-4));
        assertThat(probe.determination(noisy)).isCloseTo(0.5, within(0.12)); // half of the variance is noise
        assertThat(probe.determination(foreign)).isLessThan(0.05);
        assertThat(probe.determination(noisy)).isEqualTo(new RidgeProbe(codes, 1).determination(noisy));
        assertThat(probe.heldOut()).hasSize(N / 2);
    }

    @Test
    void manyColumnsDoNotReadWhatIsNotThere() {
        RidgeProbe probe = new RidgeProbe(gaussians(280), 1);
        assertThat(probe.determination(random.doubles(N).toArray())).isBetween(-0.5, 0.15);
    }

    /* Codes know people by heart and people's numbers mean nothing: only rows of the same people could tell. */
    @Test
    void peopleAreNotInBothHalves() {
        int people = 40;
        HostArray codes = gaussians(60);
        int[] persons = new int[N];
        double[] target = new double[N];
        double[] ofPerson = random.doubles(people).toArray();
        for (int i = 0; i < N; i++) {
            persons[i] = i % people;
            target[i] = ofPerson[persons[i]];
            codes.data()[60 * i + persons[i]] += 30;
        }
        assertThat(new RidgeProbe(codes, 1).determination(target)).isGreaterThan(0.8);
        RidgeProbe probe = new RidgeProbe(codes, persons, 1);
        assertThat(probe.determination(target)).isLessThan(0.2);
        assertThat(Arrays.stream(probe.heldOut()).map(i -> persons[i]).distinct())
                .hasSize(people / 2);
    }

    @Test
    void tooFewPeopleAreRefused() {
        int[] persons = IntStream.range(0, N).map(i -> i % 15).toArray();
        assertThatThrownBy(() -> new RidgeProbe(gaussians(3), persons, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("probe: at least 16 groups are needed, got 15");
        assertThatThrownBy(() -> new RidgeProbe(gaussians(3), new int[7], 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("probe: groups must be one per row, got 7 for 600 rows");
    }

    @Test
    void readsClasses() {
        HostArray codes = gaussians(6);
        int[] classes = new int[N];
        for (int i = 0; i < N; i++) {
            classes[i] = codes.data()[6 * i + 2] > 0.4f ? 1 : 0;
        }
        assertThat(new RidgeProbe(codes, 1).accuracy(classes, 2)).isGreaterThan(0.9);
    }

    @Test
    void constantColumnsDoNotMatter() {
        float[] data = new float[N * 2];
        double[] target = new double[N];
        for (int i = 0; i < N; i++) {
            data[2 * i] = 5;
            data[2 * i + 1] = (float) random.nextGaussian();
            target[i] = data[2 * i + 1];
        }
        assertThat(new RidgeProbe(HostArray.of(data, N, 2), 1).determination(target))
                .isCloseTo(1, within(1e-4));
    }

    @Test
    void tablesTellWhichSideMoves() {
        float[] byRow = {1, 1, 1, 4, 4, 4, 7, 7, 7};
        SwapTable table = new SwapTable(HostArray.of(byRow, 9, 1), 3);
        assertThat(table.acrossAttributes()).isZero();
        assertThat(table.acrossIdentities()).isCloseTo(9, within(1e-9));
    }
}

package org.semblance.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.semblance.array.HostArray;

/** Distances of sets of features and dependence of codes, against numpy and scipy in double precision. */
class DistancesTest {
    private static final HostArray A = Waves.rows(12, 3, 1.3, 0.7);
    private static final HostArray B = Waves.rows(10, 3, 0.9, 1.1, 0.25f);

    @Test
    void frechetDistanceIsThatOfSqrtm() {
        assertThat(FrechetDistance.of(A, B)).isCloseTo(0.3333097462681973, within(1e-9));
        assertThat(FrechetDistance.of(B, A)).isCloseTo(0.3333097462681973, within(1e-9));
        assertThat(FrechetDistance.of(A, A)).isCloseTo(0, within(1e-9));
    }

    @Test
    void frechetDistanceKnowsSetsOfLowRank() {
        HostArray flat = Waves.rows(3, 5, 1.3, 0.7);
        assertThat(FrechetDistance.of(flat, flat)).isCloseTo(0, within(1e-7));
    }

    @Test
    void kernelDistanceIsUnbiased() {
        assertThat(KernelDistance.of(A, B)).isCloseTo(-0.4829135401918254, within(1e-9));
        assertThat(KernelDistance.ofSubsets(A, A, 3, 100, 1)).isCloseTo(KernelDistance.of(A, A), within(1e-12));
        double some = KernelDistance.ofSubsets(A, B, 7, 5, 1);
        assertThat(some).isEqualTo(KernelDistance.ofSubsets(A, B, 7, 5, 1));
        assertThat(some).isNotEqualTo(KernelDistance.ofSubsets(A, B, 7, 5, 2));
    }

    @Test
    void dependenceOfBlocks() {
        HostArray other = Waves.rows(12, 2, 0.4, 2.1);
        assertThat(Dependence.hsic(A, other)).isCloseTo(0.5794047687095468, within(1e-9));
        assertThat(Dependence.cka(A, other)).isCloseTo(0.41921059762456647, within(1e-9));
        assertThat(Dependence.cka(A, A)).isCloseTo(1, within(1e-12));
        assertThat(Dependence.totalCorrelation(A)).isCloseTo(0.013971034085238237, within(1e-9));
    }

    @Test
    void informationOfASeriesAboutItselfIsItsEntropy() {
        double[] x = IntStream.range(0, 40).mapToDouble(i -> Math.sin(i)).toArray();
        assertThat(Dependence.entropy(x, 4)).isCloseTo(Math.log(4), within(1e-12));
        assertThat(Dependence.mutualInformation(x, x, 4)).isCloseTo(Math.log(4), within(1e-12));
        double[] constant = new double[40];
        assertThat(Dependence.mutualInformation(x, constant, 4)).isCloseTo(0, within(1e-12));
        double[] halves = {0, 0, 1, 1};
        double[] crossed = {0, 1, 0, 1};
        assertThat(Dependence.mutualInformation(halves, crossed, 2)).isCloseTo(0, within(1e-12));
    }

    @Test
    void refusesSetsThatDoNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrechetDistance.of(A, Waves.rows(4, 2, 1, 1)))
                .withMessageContaining("[12, 3]");
        assertThatIllegalArgumentException().isThrownBy(() -> FrechetDistance.of(A, Waves.rows(1, 3, 1, 1)));
        assertThatIllegalArgumentException().isThrownBy(() -> Dependence.hsic(A, B));
    }
}

package org.semblance.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Exact intervals beside published ones. */
class BinomialShareTest {
    /** Clopper and Pearson's intervals of 1 of 400 and 8 of 20, as tables have them. */
    @Test
    void intervalsAreExact() {
        Interval rare = new BinomialShare(1, 400).interval();
        assertThat(rare.value()).isEqualTo(0.0025);
        assertThat(rare.low()).isCloseTo(6.33e-5, within(1e-7));
        assertThat(rare.high()).isCloseTo(0.01385, within(1e-5));
        Interval common = new BinomialShare(8, 20).interval();
        assertThat(common.low()).isCloseTo(0.1912, within(1e-4));
        assertThat(common.high()).isCloseTo(0.6395, within(1e-4));
    }

    /** 1 - 0.025^(1/n) and its mirror image. */
    @Test
    void nothingAndEverythingHaveClosedForms() {
        Interval none = new BinomialShare(0, 1000).interval();
        assertThat(none.low()).isZero();
        assertThat(none.high()).isCloseTo(1 - Math.pow(0.025, 1e-3), within(1e-9));
        Interval all = new BinomialShare(1000, 1000).interval();
        assertThat(all.high()).isEqualTo(1);
        assertThat(all.low()).isCloseTo(Math.pow(0.025, 1e-3), within(1e-9));
    }

    @Test
    void countsMustFitTheirTrials() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BinomialShare(2, 1))
                .withMessageContaining("got 2 of 1");
    }
}

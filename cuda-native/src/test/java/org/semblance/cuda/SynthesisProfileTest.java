package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Times of layers from those of a pass's beginnings; none of it needs a device. */
class SynthesisProfileTest {
    @Test
    void layersTakeWhatTheyMakeThePassLonger() {
        assertThat(SynthesisProfile.between(new double[] {2, 3, 7, 7.5})).containsExactly(2, 1, 4, 0.5);
    }

    @Test
    void noneIsNegativeAndTogetherTheyAreTheLongest() {
        assertThat(SynthesisProfile.between(new double[] {2, 4, 3, 3.5, 6})).containsExactly(2, 2, 0, 0, 2);
    }
}

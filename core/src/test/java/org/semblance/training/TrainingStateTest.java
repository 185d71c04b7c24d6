package org.semblance.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingStateTest {
    /** A collapsed model gives such scores; what was best stays, so that a checkpoint can be written. */
    @Test
    void scoresThatAreNotNumbersAreNoImprovement() {
        TrainingState good = TrainingState.first(1).tested(scores(0.5, 2));
        TrainingState after = good.tested(scores(Double.NaN, Double.NaN));
        assertThat(after.bestIdentity()).isEqualTo(0.5);
        assertThat(after.bestLandmarks()).isEqualTo(2);
        assertThat(after.notImproved()).isEqualTo(good.notImproved() + 1);
    }

    private static TestScores scores(double identity, double landmarks) {
        return new TestScores(identity, landmarks, Map.of());
    }
}

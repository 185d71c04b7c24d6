package org.semblance.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.semblance.json.Json;

class CriterionTest {
    @Test
    void boundsHoldOnTheirSide() {
        assertThat(Criterion.atMost("a", "A", 0.01, 0.01).holds()).isTrue();
        assertThat(Criterion.atMost("a", "A", 0.011, 0.01).holds()).isFalse();
        assertThat(Criterion.atLeast("a", "A", 1, 1).holds()).isTrue();
        assertThat(Criterion.atLeast("a", "A", 0.999, 1).holds()).isFalse();
    }

    @Test
    void whatWasNotMeasuredDoesNotHold() {
        Criterion none = Criterion.atMost("a", "A", Double.NaN, 1);
        assertThat(none.holds()).isFalse();
        assertThat(Criterion.atLeast("a", "A", 1, Double.NaN).holds()).isFalse();
        assertThat(Json.of(none.json()).keys()).containsExactly("key", "title", "at_most", "holds");
    }

    @Test
    void saysWhatIsAsked() {
        Criterion missed = Criterion.atLeast("linked", "L", 0.95, 0.975);
        assertThat(missed.verdict()).isEqualTo("at least 0.9750: DOES NOT HOLD");
        assertThat(Criterion.atMost("l", "L", 1.2, 1.5).verdict()).isEqualTo("at most 1.5000: holds");
        assertThat(Json.of(missed.json()).get("at_least").asDouble()).isEqualTo(0.975);
        assertThat(Json.of(missed.json()).get("holds").asBoolean()).isFalse();
    }
}

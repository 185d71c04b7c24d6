package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeedsTest {
    @Test
    void readsSeedsAndRanges() {
        assertThat(Seeds.parse("0-3,20, 7").values()).containsExactly(0L, 1L, 2L, 3L, 20L, 7L);
        assertThat(Seeds.parse("4294967295").values()).containsExactly(Seeds.GREATEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "1,,2", "-1", "1-", "1-2-3", "1;2", "99999999999", "1.5"})
    void saysWhatIsExpected(String text) {
        assertThatThrownBy(() -> Seeds.parse(text)).hasMessage("expected seeds such as 0-15,20, got '" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({"5-3,ascend", "4294967296,at most 4294967295", "0-1000000,at most 1000000 seeds"})
    void refusesRangesWithoutSense(String text, String rule) {
        assertThatThrownBy(() -> Seeds.parse(text)).hasMessageContaining(rule);
    }
}

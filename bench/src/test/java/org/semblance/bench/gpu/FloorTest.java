package org.semblance.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The floors of the plan, which were computed apart from this code. */
class FloorTest {
    @ParameterizedTest
    @CsvSource({
        "256-b1-forward-fp16, 0.046",
        "256-b8-forward-fp16, 0.316",
        "256-b32-forward-fp16, 1.255",
        "1024-b1-forward-fp16, 0.228",
        "1024-b8-forward-fp16, 1.766",
        "1024-b32-forward-fp16, 7.052",
        "256-b1-backward-bf16, 0.095",
        "256-b8-backward-bf16, 0.661",
        "256-b32-backward-bf16, 2.628",
        "1024-b1-backward-bf16, 0.544",
        "1024-b8-backward-bf16, 4.242",
        "1024-b32-backward-bf16, 16.946"
    })
    void areThoseOfThePlan(String row, double millis) {
        assertThat(Floor.millis(GpuRow.of(row))).isCloseTo(millis, within(0.0005));
    }
}

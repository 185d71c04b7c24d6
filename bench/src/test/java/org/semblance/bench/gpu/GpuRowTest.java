package org.semblance.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.semblance.backend.Precision;

class GpuRowTest {
    @Test
    void namesAreReadAndWritten() {
        GpuRow row = GpuRow.of("256-b8-backward-bf16");
        assertThat(row).isEqualTo(new GpuRow(256, 8, true, Precision.BFLOAT16));
        assertThat(GpuRow.all()).allSatisfy(r -> assertThat(GpuRow.of(r.name())).isEqualTo(r));
        assertThat(row.title()).isEqualTo("256 x 256, forward and backward, bf16");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "256", "256-b8-forward", "256-b8-sideways-fp16", "256-b8-forward-fp8", "256-b-forward-fp16"})
    void otherNamesAreErrors(String name) {
        assertThatThrownBy(() -> GpuRow.of(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row: expected SIZE-bBATCH-forward|backward-fp32|fp16|bf16, got '" + name + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"100-b8-forward-fp16", "4-b8-forward-fp16", "256-b0-forward-fp16"})
    void sizesArePowersOfTwoAndBatchesPositive(String name) {
        assertThatThrownBy(() -> GpuRow.of(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("row: size must be a power of two from 8 on and batch positive, got ");
    }

    @Test
    void channelsAreThoseOfTheirSize() {
        assertThat(GpuRow.of("256-b1-forward-fp16").config().channels().at(256)).isEqualTo(64);
        assertThat(GpuRow.of("1024-b1-forward-fp16").config().channels().at(1024))
                .isEqualTo(32);
    }

    @Test
    void largeRowsHaveNoReference() {
        assertThat(GpuRow.of("1024-b8-forward-fp16").hasReference()).isTrue();
        assertThat(GpuRow.of("1024-b32-forward-fp16").hasReference()).isFalse();
        assertThat(GpuRow.of("256-b8-backward-bf16").hasReference()).isTrue();
        assertThat(GpuRow.of("1024-b1-backward-bf16").hasReference()).isFalse();
    }

    @Test
    void everyRowHasWhatIsRequiredOfIt() {
        assertThat(GpuRow.of("1024-b8-forward-fp16").requiredRatio()).isEqualTo(1.0);
        assertThat(GpuRow.of("256-b1-forward-fp16").requiredRatio()).isEqualTo(1.1);
        assertThat(GpuRow.of("256-b1-forward-fp16").requiredMillis()).isEqualTo(0.6);
        assertThat(GpuRow.of("256-b32-forward-fp16").requiredMillis()).isEqualTo(32 / 4000.0 * 1e3);
        assertThat(GpuRow.of("1024-b1-forward-fp16").requiredMillis()).isEqualTo(2);
        assertThat(GpuRow.of("256-b8-backward-bf16").requiredMillis()).isEqualTo(6);
        assertThat(GpuRow.of("256-b8-forward-fp16").requiredMillis()).isInfinite();
    }

    @Test
    void peersAreHeldInGroupsThatFitIntoMemory() {
        assertThat(GpuRow.groups(GpuRow.all()))
                .satisfiesExactly(
                        first -> assertThat(first)
                                .hasSize(7)
                                .contains(GpuRow.of("1024-b32-forward-fp16"), GpuRow.of("1024-b1-forward-fp16")),
                        second -> assertThat(second).containsExactly(GpuRow.of("1024-b8-backward-bf16")));
        GpuRow enormous = GpuRow.of("1024-b64-forward-fp16");
        assertThat(GpuRow.groups(List.of(enormous, enormous))).hasSize(2);
        assertThat(GpuRow.groups(List.of())).isEmpty();
    }
}

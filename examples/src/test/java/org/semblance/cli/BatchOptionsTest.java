package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchOptionsTest {
    @Test
    void processorsComputeOneGroupAndDevicesTwo() {
        assertThat(BatchOptions.computers("cpu")).isEqualTo(1);
        assertThat(BatchOptions.computers("cuda")).isEqualTo(2);
    }
}

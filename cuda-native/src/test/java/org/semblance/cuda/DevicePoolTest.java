package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a pool gives back what it does not use; none of it needs a device. */
class DevicePoolTest {
    /** Of 100 bytes; what is taken and not live may be the pool's. */
    @ParameterizedTest
    @CsvSource({"10, 50, true", "10, 79, true", "10, 80, false", "10, 90, false", "60, 0, false", "49, 0, true"})
    void memoryIsShortWhereMoreMayBeUnusedThanIsFree(long free, long live, boolean isShort) {
        assertThat(DevicePool.isShort(new Driver.Memory(free, 100), live)).isEqualTo(isShort);
    }
}

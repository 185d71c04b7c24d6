package org.semblance.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.semblance.backend.Counters;

class SoakSampleTest {
    private static final long MIB = 1 << 20;

    @Test
    void whatStaysIsFlatWhateverTheFirstTenthDid() {
        assertThat(SoakSample.complaints(List.of(
                        sample(1, 5, 900, 400 * MIB, 70),
                        sample(2, 7, 100, 500 * MIB, 50),
                        sample(3, 7, 100, 531 * MIB, 50))))
                .isEmpty();
    }

    @Test
    void everyGrowthIsNamed() {
        List<String> found = SoakSample.complaints(List.of(
                sample(1, 7, 100, 500 * MIB, 50), sample(2, 7, 100, 500 * MIB, 50), sample(3, 8, 101, 533 * MIB, 51)));
        assertThat(found)
                .containsExactly(
                        "live bytes went from 7 after 2 calls to 8 after 3",
                        "bytes used in the device's pool went from 7 after 2 calls to 8 after 3",
                        "bytes reserved by the device's pool went from 100 after 2 calls to 101 after 3",
                        "resident bytes went from 524288000 after 2 calls to 558891008 after 3",
                        "allocations went from 50 after 2 calls to 51 after 3");
    }

    private static SoakSample sample(long calls, long live, long reserved, long resident, long allocations) {
        Counters since = new Counters(live, live, allocations, 3, 0);
        return new SoakSample(calls, 1, live, live, reserved, 0, 0, resident, 10 * MIB, since, 1);
    }

    @Test
    void theLineHasMebibytesAndCountsPerCall() {
        assertThat(sample(20, 3 * MIB, 4 * MIB, 5 * MIB, 6).toString())
                .isEqualTo(
                        "       20      1.0 |       3.0       3.0       4.0       0.0       0.0       5.0      10.0 |"
                                + "                  6.00          3.00");
    }

    @Test
    void generatorsHaveTheirNames() {
        assertThat(GpuSoakMain.config("heads64").resolution()).isEqualTo(64);
        assertThat(GpuSoakMain.config("small").resolution()).isEqualTo(32);
    }
}

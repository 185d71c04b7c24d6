package org.semblance.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PhaseTimesTest {
    private static final long SECOND = 1_000_000_000;

    /** What each thread's own clock says. */
    private final ThreadLocal<Long> now = ThreadLocal.withInitial(() -> Long.MAX_VALUE - SECOND / 2);

    private int waited(double seconds, int result) {
        now.set(now.get() + (long) (seconds * SECOND));
        return result;
    }

    @Test
    void phasesAddUpOverThreadsInTheOrderInWhichTheyBegan() {
        PhaseTimes times = new PhaseTimes(now::get);
        List<Integer> results = IntStream.range(0, 8)
                .parallel()
                .mapToObj(i -> times.of("drawing", () -> waited(0.25, i)))
                .toList();
        assertThat(results).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(times.of("reading", () -> waited(0, 9))).isEqualTo(9);
        assertThat(times.seconds().keySet()).containsExactly("drawing", "reading");
        assertThat((Double) times.seconds().get("drawing")).isCloseTo(2, within(1e-9));
        assertThat((Double) times.seconds().get("reading")).isZero();
    }

    @Test
    void failuresAreThrown() {
        PhaseTimes times = new PhaseTimes();
        assertThatIllegalStateException()
                .isThrownBy(() -> times.of("drawing", () -> {
                    throw new IllegalStateException("no");
                }));
    }
}

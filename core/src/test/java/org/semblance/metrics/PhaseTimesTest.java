package org.semblance.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PhaseTimesTest {
    @Test
    void phasesAddUpInTheOrderInWhichTheyBegan() {
        PhaseTimes times = new PhaseTimes();
        List<Integer> results = IntStream.range(0, 8)
                .parallel()
                .mapToObj(i -> times.of("drawing", () -> waited(5, i)))
                .toList();
        assertThat(results).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(times.of("reading", () -> waited(0, 9))).isEqualTo(9);
        assertThat(times.seconds().keySet()).containsExactly("drawing", "reading");
        assertThat((Double) times.seconds().get("drawing")).isGreaterThan(8 * 0.005);
        assertThat((Double) times.seconds().get("reading")).isNotNegative();
    }

    @Test
    void failuresAreThrown() {
        PhaseTimes times = new PhaseTimes();
        assertThatIllegalStateException()
                .isThrownBy(() -> times.of("drawing", () -> {
                    throw new IllegalStateException("no");
                }));
    }

    private static int waited(int milliseconds, int result) {
        long end = System.nanoTime() + milliseconds * 1_000_000L;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        return result;
    }
}

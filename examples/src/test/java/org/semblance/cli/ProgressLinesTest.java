package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressLinesTest {
    private static final long START = Long.MAX_VALUE - 20_000_000_000L; // overflows on the way, as nanoTime may

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    private ProgressLines lines(long steps) {
        PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);
        return new ProgressLines(out, "train-teacher", steps, Duration.ofSeconds(30), START);
    }

    private List<String> after(ProgressLines lines, double seconds, long done) {
        written.reset();
        lines.at(done, START + (long) (seconds * 1e9));
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void aLineNowAndThenSaysHowFarItIs() {
        ProgressLines lines = lines(1000);
        assertThat(after(lines, 10, 40)).isEmpty();
        lines.say("loss 0.5");
        assertThat(after(lines, 50, 200))
                .singleElement()
                .asString()
                .isEqualTo("semblance: train-teacher: 200 of 1000, 4.00 per second, 0:03:20 left; loss 0.5");
        assertThat(after(lines, 70, 300)).isEmpty();
        assertThat(after(lines, 90, 1000))
                .singleElement()
                .asString()
                .isEqualTo("semblance: train-teacher: 1000 of 1000, 11 per second; loss 0.5");
    }

    @Test
    void whatAnEarlierRunDidSaysNothingOfTheRate() {
        ProgressLines lines = lines(0);
        assertThat(after(lines, 0.01, 5000)).isEmpty();
        assertThat(after(lines, 40, 5080))
                .singleElement()
                .asString()
                .isEqualTo("semblance: train-teacher: 5080, 2.00 per second");
    }
}

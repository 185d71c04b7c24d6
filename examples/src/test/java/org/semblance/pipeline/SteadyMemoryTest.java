package org.semblance.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.semblance.backend.Backend;
import org.semblance.backend.Counters;

/** Swaps leave nothing behind; {@link SwapLoop} shows the same over 10,000 of them. */
class SteadyMemoryTest {
    private static final int SWAPS = 50;

    @RegisterExtension
    static final Heads64 HEADS = new Heads64();

    private final Backend backend = HEADS.device().backend();

    @Test
    void swapsLeaveNothingBehind() {
        SwapLoop loop = new SwapLoop(HEADS.model(), HEADS.heads(), 1);
        loop.run(10);
        Counters before = backend.counters();
        loop.run(SWAPS);
        Counters after = backend.counters().since(before);
        assertThat(after.liveBytes()).isEqualTo(before.liveBytes());
        assertThat(after.primitivesCreated())
                .as("new primitives for known shapes")
                .isZero();
        assertThat(after.allocations() % SWAPS)
                .as("allocations that not every swap makes")
                .isZero();
        assertThat(after.nativeCalls() % SWAPS)
                .as("native calls that not every swap makes")
                .isZero();
    }

    /** The most that is held at once does not depend on how many pictures go through. */
    @Test
    void peakIsThatOfOneBatch() {
        SwapLoop batches = new SwapLoop(HEADS.model(), HEADS.heads(), 8);
        batches.run(8);
        backend.resetPeak();
        batches.run(8);
        long one = backend.counters().peakBytes();
        backend.resetPeak();
        new SwapLoop(HEADS.model(), HEADS.heads(), 24).run(24);
        assertThat(backend.counters().peakBytes()).isEqualTo(one);
    }

    /**
     * In a process of its own, whose heap cannot grow. The optimising compiler is off there: its working memory comes
     * and goes by ten megabytes whenever it takes up a large method. What swaps leave shows in every interval between
     * reports, what else moves in some; so the second smallest growth is asked, as one may hide what is left.
     */
    @Test
    @Timeout(600)
    void residentMemoryStaysFlat() throws IOException, InterruptedException {
        assumeTrue(SwapLoop.residentKiB() > 0, "resident memory cannot be read here");
        List<Long> resident = residentKiBOfLoop(400, 50);
        assertThat(resident).hasSize(9);
        List<Long> growths = IntStream.range(3, 8)
                .mapToObj(i -> resident.get(i + 1) - resident.get(i))
                .sorted()
                .toList();
        assertThat(growths.get(1)).as("growth in KiB of " + resident).isLessThan(100);
    }

    private static List<Long> residentKiBOfLoop(int swaps, int every) throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(
                        java.toString(),
                        "-Xms320m",
                        "-Xmx320m",
                        "-XX:+AlwaysPreTouch",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SwapLoop.class.getName(),
                        String.valueOf(swaps),
                        String.valueOf(every))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            return output.lines()
                    .skip(1)
                    .map(line -> Long.valueOf(line.trim().split("\\s+")[1]))
                    .toList();
        } finally {
            process.destroyForcibly();
        }
    }
}

package org.semblance.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Lines that say how far work is, for logs: {@code semblance: verb: 96 of 1000, 4.1 per second, 0:03:40 left}. */
final class ProgressLines {
    private static final double NANO = 1e-9;
    private static final Duration USUAL = Duration.ofSeconds(30);
    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private final PrintStream out;
    private final String task;
    private final long steps;
    private final Duration between;
    private final long start;
    private long last;
    private long earlier = -1;
    private String words = "";

    /**
     * @param between two lines, and before the first one, at least
     * @param start when the work began, of {@link System#nanoTime}
     */
    ProgressLines(PrintStream out, String task, long steps, Duration between, long start) {
        this.out = out;
        this.task = task;
        this.steps = steps;
        this.between = between;
        this.start = start;
        last = start;
    }

    /** Of work that begins now, on standard error. */
    static ProgressLines ofNow(String task, long steps) {
        return new ProgressLines(System.err, task, steps, USUAL, System.nanoTime());
    }

    /** What the next line says at its end. */
    void say(String some) {
        words = "; " + some;
    }

    /** So many steps are done at this time of {@link System#nanoTime}. */
    void at(long done, long now) {
        if (earlier < 0) {
            earlier = now - start < AT_ONCE.toNanos() ? done : 0; // by another run, which says nothing of the rate
        }
        if (now - last >= between.toNanos()) {
            last = now;
            out.println(line(done, (now - start) * NANO));
        }
    }

    private String line(long done, double seconds) {
        double rate = (done - earlier) / seconds;
        String left = rate > 0 && steps > done ? ", " + clock((steps - done) / rate) + " left" : "";
        String all = steps > 0 ? " of " + steps : "";
        return String.format(
                Locale.ROOT,
                "semblance: %s: %d%s, %." + (rate < 10 ? 2 : 0) + "f per second%s%s",
                task,
                done,
                all,
                rate,
                left,
                words);
    }

    private static String clock(double seconds) {
        Duration left = Duration.ofSeconds(Math.round(seconds));
        return String.format(Locale.ROOT, "%d:%02d:%02d", left.toHours(), left.toMinutesPart(), left.toSecondsPart());
    }
}

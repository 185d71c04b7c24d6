package org.semblance.cli;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * How far work is, on the error stream: a bar, shown once it has taken two seconds, where somebody is watching;
 * elsewhere a line now and then.
 */
final class Progress implements AutoCloseable {
    private static final int WIDTH = 78;
    private static final Duration WAIT = Duration.ofSeconds(2);

    private final String task;
    private final long steps;
    private final @Nullable ProgressLines lines;
    private long done;
    private boolean closed;
    private @Nullable ProgressBar bar;

    private Progress(String task, long steps, @Nullable ProgressLines lines) {
        this.task = task;
        this.steps = steps;
        this.lines = lines;
    }

    /** Of work of this many steps, silent at first. */
    static Progress of(String task, long steps) {
        return Terminal.isWatched() ? bar(task, steps) : new Progress(task, steps, ProgressLines.ofNow(task, steps));
    }

    /** As {@link #of} without lines, for work that writes its own. */
    static Progress bar(String task, long steps) {
        Progress progress = new Progress(task, steps, null);
        if (Terminal.isWatched()) {
            CompletableFuture.delayedExecutor(WAIT.toSeconds(), TimeUnit.SECONDS)
                    .execute(progress::show);
        }
        return progress;
    }

    /** Some more steps are done. */
    synchronized void step(long count) {
        done += count;
        if (bar != null) {
            bar.stepTo(done);
        }
        if (lines != null) {
            lines.at(done, System.nanoTime());
        }
    }

    /** So many steps are done. */
    synchronized void stepTo(long count) {
        step(count - done);
    }

    /** Says something beside the bar, or in the next line. */
    synchronized void say(String words) {
        if (bar != null) {
            bar.setExtraMessage(words);
        }
        if (lines != null) {
            lines.say(words);
        }
    }

    private synchronized void show() {
        if (!closed) {
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(steps)
                    .setStyle(ProgressBarStyle.ASCII)
                    .showSpeed()
                    .setUpdateIntervalMillis(200)
                    .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                    .startsFrom(done, WAIT)
                    .clearDisplayOnFinish()
                    .build();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (bar != null) {
            bar.close();
        }
    }
}

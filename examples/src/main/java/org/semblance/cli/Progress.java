package org.semblance.cli;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar on the error stream, shown once work has taken two seconds, and only where somebody is watching. */
final class Progress implements AutoCloseable {
    private static final int WIDTH = 78;
    private static final Duration WAIT = Duration.ofSeconds(2);

    private final String task;
    private final long steps;
    private long done;
    private boolean closed;
    private @Nullable ProgressBar bar;

    private Progress(String task, long steps) {
        this.task = task;
        this.steps = steps;
    }

    /** A bar of this many steps, hidden at first. */
    static Progress of(String task, long steps) {
        Progress progress = new Progress(task, steps);
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
    }

    /** So many steps are done. */
    synchronized void stepTo(long count) {
        step(count - done);
    }

    /** Says something beside the bar. */
    synchronized void say(String words) {
        if (bar != null) {
            bar.setExtraMessage(words);
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

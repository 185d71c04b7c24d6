package org.semblance.batch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.semblance.json.Json;

/** Counts and times of a run, and who hears of them. */
final class Tally {
    private final OptionalLong total;
    private final BatchListener listener;
    private final Instant started = Instant.now();
    private final long start = System.nanoTime();
    private final Map<Stage, Duration> busy = new EnumMap<>(Stage.class);
    private final List<BatchFailure> failures = new ArrayList<>();
    private long done;
    private long skipped;
    private long retriedGroups;

    Tally(OptionalLong total, BatchListener listener) {
        this.total = total;
        this.listener = listener;
        for (Stage stage : Stage.values()) {
            busy.put(stage, Duration.ZERO);
        }
    }

    /** Work of a stage. */
    interface Timed<T> {
        T run() throws Exception;
    }

    /** Adds the time that work takes to that of its stage. */
    <T> T timed(Stage stage, Timed<T> work) throws Exception {
        long from = System.nanoTime();
        try {
            return work.run();
        } finally {
            add(stage, Duration.ofNanos(System.nanoTime() - from));
        }
    }

    private synchronized void add(Stage stage, Duration time) {
        busy.merge(stage, time, Duration::plus);
    }

    synchronized void done() {
        done++;
        tell();
    }

    synchronized void skipped() {
        skipped++;
        tell();
    }

    synchronized void failed(BatchFailure failure) {
        failures.add(failure);
        listener.failed(failure);
        tell();
    }

    synchronized void retried() {
        retriedGroups++;
    }

    synchronized boolean anyFailed() {
        return !failures.isEmpty();
    }

    private void tell() {
        listener.progress(progress());
    }

    private BatchProgress progress() {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
        return new BatchProgress(done, failures.size(), skipped, total, elapsed);
    }

    synchronized BatchReport report(BatchReport.Ending ending, BatchConfig config, Json about) {
        tell();
        return new BatchReport(
                ending, started, progress(), Map.copyOf(busy), List.copyOf(failures), retriedGroups, config, about);
    }
}

package org.semblance.training;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Walks through steps and tells listeners; knows nothing of files. */
public final class TrainingLoop {
    private static final int PREVIEW_ROWS = 8;

    private final TrainingStep step;
    private final ScheduleConfig schedule;
    private final RunConfig run;
    private final int batch;
    private final List<TrainingListener> listeners;
    private TrainingState state;
    private long reportedStep;
    private long reportedTime = System.nanoTime();
    private boolean whole = true;

    /** @param batch rows per step */
    public TrainingLoop(
            TrainingStep step,
            ScheduleConfig schedule,
            RunConfig run,
            int batch,
            TrainingState state,
            List<TrainingListener> listeners) {
        this.step = step;
        this.schedule = schedule;
        this.run = run;
        this.batch = batch;
        this.state = state;
        this.listeners = listeners;
        reportedStep = state.step();
    }

    /** Where the run stands. */
    public TrainingState state() {
        return state;
    }

    /** Whether what is on the device is a state of the run; a step that failed half way leaves none. */
    public boolean isWhole() {
        return whole;
    }

    /** Notes the result of a test. */
    public void tested(TestScores scores) {
        state = state.tested(scores);
        listeners.forEach(l -> l.tested(state.step(), scores));
        reportedTime = System.nanoTime();
        reportedStep = state.step();
    }

    /**
     * Does the next step.
     *
     * @throws NonFiniteLossException if too many in a row were skipped
     */
    public void advance(BatchFeed feed) throws IOException, InterruptedException {
        HostBatch next = feed.next();
        if (next.step() != state.step()) {
            throw new IllegalStateException(
                    "training: the batch of step " + state.step() + " is next, got that of step " + next.step());
        }
        long done = state.step() + 1;
        boolean last = schedule.steps() > 0 && done >= schedule.steps();
        boolean reports = done % run.reportEvery() == 0 || last;
        whole = false;
        StepLosses losses = step.run(next, reports || done % run.nonFiniteLimit() == 0);
        state = state.stepped(next.positions());
        whole = true;
        if (losses != null) {
            read(losses, reports);
        }
        if (run.previewEvery() > 0 && done % run.previewEvery() == 0 && !listeners.isEmpty()) {
            TrainingPreview preview = step.preview(next, PREVIEW_ROWS);
            listeners.forEach(l -> l.previewed(preview));
        }
    }

    private void read(StepLosses losses, boolean reports) {
        float[] counters = step.updates().counters();
        if (reports) {
            report(losses, (long) counters[0]);
        }
        if (counters[1] >= run.nonFiniteLimit()) {
            throw new NonFiniteLossException(state.step(), (long) counters[1], losses);
        }
    }

    private void report(StepLosses losses, long skipped) {
        long now = System.nanoTime();
        double seconds = Math.max(1e-9, (now - reportedTime) * 1e-9);
        double stepsPerSecond = (state.step() - reportedStep) / seconds;
        reportedTime = now;
        reportedStep = state.step();
        TrainingProgress progress = new TrainingProgress(
                state.step(),
                schedule.steps(),
                losses,
                schedule.rate(state.step() - 1),
                skipped,
                stepsPerSecond * batch,
                remaining(stepsPerSecond));
        listeners.forEach(l -> l.progressed(progress));
    }

    private Duration remaining(double stepsPerSecond) {
        return schedule.steps() == 0 || stepsPerSecond <= 0
                ? Duration.ZERO
                : Duration.ofMillis((long) (1000 * (schedule.steps() - state.step()) / stepsPerSecond));
    }

    /** Whether all steps are done, or tests have not improved for too long; the reason, or null to go on. */
    public @Nullable String end() {
        if (schedule.steps() > 0 && state.step() >= schedule.steps()) {
            return "all " + schedule.steps() + " steps are done";
        }
        if (run.stopAfterTests() > 0 && state.notImproved() >= run.stopAfterTests()) {
            return state.notImproved() + " tests in a row were no better";
        }
        return null;
    }
}

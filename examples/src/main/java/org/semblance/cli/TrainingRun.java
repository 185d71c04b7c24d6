package org.semblance.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.semblance.Trainer;
import org.semblance.training.TestScores;
import org.semblance.training.TrainingListener;
import org.semblance.training.TrainingProgress;

/** A run on the terminal: a bar with losses, lines in a log, and an orderly end on Ctrl-C. */
final class TrainingRun implements TrainingListener {
    private final PrintWriter out;
    private final Progress bar;
    private @Nullable ProgressLines test;
    private long shown;

    TrainingRun(PrintWriter out, Progress bar, long done) {
        this.out = out;
        this.bar = bar;
        shown = 0;
        bar.step(done);
        shown = done;
    }

    /** Trains to the end; a process that is asked to end writes a checkpoint first. */
    Trainer.Result run(Trainer trainer, Path folder) throws IOException {
        CountDownLatch done = new CountDownLatch(1);
        Thread hook = new Thread(() -> stop(trainer, done), "semblance-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return trainer.listen(this).run(folder);
        } finally {
            done.countDown();
            remove(hook);
        }
    }

    /** Waits for as long as it takes: a step of large batches takes minutes on a processor. */
    private void stop(Trainer trainer, CountDownLatch done) {
        trainer.cancel();
        out.println("finishing the step, then a checkpoint");
        out.flush();
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            Thread.onSpinWait(); // the process is ending, and the hook is what ends it
        }
    }

    @Override
    public void progressed(TrainingProgress p) {
        bar.step(p.step() - shown);
        shown = p.step();
        String speed = String.format(Locale.ROOT, "%.1f images/s", p.imagesPerSecond());
        bar.say(String.format(
                Locale.ROOT,
                "id %.3f lm %.1f px %.3f, %s",
                p.losses().identity(),
                p.losses().landmarks(),
                p.losses().pixel(),
                speed));
        out.println("step " + p.step() + (p.steps() > 0 ? " of " + p.steps() : "") + ": " + losses(p) + "; " + speed
                + left(p.remaining()) + (p.skipped() > 0 ? "; skipped " + p.skipped() : ""));
        out.flush();
    }

    private static String losses(TrainingProgress p) {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, Float> e : p.losses().present().entrySet()) {
            text.append(text.length() == 0 ? "" : ", ")
                    .append(String.format(Locale.ROOT, "%s %.4g", e.getKey(), e.getValue()));
        }
        return text.toString();
    }

    private static String left(Duration left) {
        return left.isZero()
                ? ""
                : String.format(
                        Locale.ROOT, "; %d:%02d:%02d left", left.toHours(), left.toMinutesPart(), left.toSecondsPart());
    }

    /** Beside the bar, and in a line now and then where there is none. */
    @Override
    public void testing(long step, int done) {
        bar.say("test: " + done);
        if (test == null || done == 0) {
            test = ProgressLines.ofNow("test at step " + step, 0);
        }
        if (!Terminal.isWatched()) {
            test.at(done, System.nanoTime());
        }
    }

    @Override
    public void tested(long step, TestScores scores) {
        out.println("test at step " + step + ":");
        groups(scores.all()).forEach((group, figures) -> out.println("  " + group + ": " + figures));
        out.flush();
    }

    /** Figures {@code group/name} as a line for each group. */
    private static Map<String, StringJoiner> groups(Map<String, Double> all) {
        Map<String, StringJoiner> groups = new LinkedHashMap<>();
        all.forEach((name, value) -> {
            int slash = name.indexOf('/');
            String group = slash < 0 ? "figures" : name.substring(0, slash);
            groups.computeIfAbsent(group, g -> new StringJoiner(", "))
                    .add(String.format(Locale.ROOT, "%s %.4g", name.substring(slash + 1), value));
        });
        return groups;
    }

    @Override
    public void saved(long step, Path checkpoint) {
        out.println("step " + step + ": saved " + checkpoint);
        out.flush();
    }
}

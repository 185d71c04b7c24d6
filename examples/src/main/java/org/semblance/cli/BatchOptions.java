package org.semblance.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.semblance.backend.Device;
import org.semblance.batch.Batch;
import org.semblance.batch.BatchConfig;
import org.semblance.batch.BatchFailure;
import org.semblance.batch.BatchListener;
import org.semblance.batch.BatchProgress;
import org.semblance.batch.BatchReport;
import org.semblance.batch.BatchWork;
import org.semblance.batch.Journal;
import org.semblance.files.DraftFile;
import org.semblance.json.Json;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How verbs work on many items. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class BatchOptions {
    /** The journal in a folder of results. */
    static final String JOURNAL = ".semblance.journal";

    private static final int MOST = 65_536;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec mixee;

    @Option(
            names = "--batch",
            paramLabel = "N",
            order = 80,
            defaultValue = "8",
            description = "Items that are computed together, 1 to 65536 (default: ${DEFAULT-VALUE}).")
    private int size;

    @Option(
            names = "--resume",
            order = 81,
            description = "Go on where an earlier run with the same settings was cut off (see .semblance.journal in the"
                    + " folder of results).")
    private boolean resume;

    @Option(names = "--fail-fast", order = 82, description = "End at the first failed item (default: leave it out).")
    private boolean failFast;

    @Option(
            names = "--durable",
            order = 83,
            description = "Wait until each result is on the disk before it counts as finished.")
    private boolean durable;

    @Option(
            names = "--report",
            paramLabel = "JSON",
            order = 84,
            description = "Write counts, times, versions and failures with their reasons.")
    private @Nullable Path report;

    private final List<Json> preparations = new ArrayList<>();
    private final List<Path> furtherFolders = new ArrayList<>();
    private int computers = 1;

    /** Where items are computed, if not on a processor. */
    void on(Device device) {
        computers = computers(device.backend().name());
    }

    /** A GPU computes one group while another one is on its way to it or back. */
    static int computers(String backend) {
        return backend.equals("cpu") ? 1 : 2;
    }

    /** How the engine is to run. */
    BatchConfig config() {
        if (size < 1 || size > MOST) {
            throw new ParameterException(mixee.commandLine(), "--batch must be 1 to " + MOST + ", got " + size);
        }
        BatchConfig usual = BatchConfig.of(size).withFailFast(failFast).withDurable(durable);
        return usual.withThreads(usual.decoders(), computers, usual.encoders());
    }

    /**
     * Works on items whose results are files in a folder, with a journal in it.
     *
     * @param settings whatever determines the results
     * @return the exit code
     */
    <I, D, R> int into(
            Path folder, Verb verb, BatchWork<I, D, R> work, Collection<I> items, Map<String, Object> settings)
            throws IOException {
        Files.createDirectories(folder);
        Json about = about(verb, settings);
        try (Journal journal = Journal.open(folder.resolve(JOURNAL), about, resume)) {
            sweep(folder); // by whoever has the journal, as another run may be writing
            BatchReport done = run(verb, Batch.of(work, config()).about(about).journal(journal), items);
            return finish(verb, done);
        }
    }

    private void sweep(Path folder) throws IOException {
        if (resume) {
            DraftFile.sweep(folder);
            for (Path other : furtherFolders) {
                DraftFile.sweep(other);
            }
        }
    }

    /** Names a further folder, which is there, that the results of {@link #into} go to. */
    void alsoInto(Path folder) {
        furtherFolders.add(folder);
    }

    private static Json about(Verb verb, Map<String, Object> settings) {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("verb", verb.name());
        about.putAll(new TreeMap<>(settings));
        return Json.of(about);
    }

    /** Works on items whose results go elsewhere than into files of their own. */
    <I, D, R> BatchReport together(
            Verb verb, BatchConfig config, BatchWork<I, D, R> work, Collection<I> items, Map<String, Object> settings) {
        return run(verb, Batch.of(work, config).about(about(verb, settings)), items);
    }

    /** As {@link #together}, in order, for what goes before; its report becomes a part of the other one. */
    <I, D, R> BatchReport prepare(
            Verb verb, BatchWork<I, D, R> work, Collection<I> items, Map<String, Object> settings) {
        BatchReport done = together(verb, config().inOrder(), work, items, settings);
        preparations.add(done.toJson());
        return done;
    }

    /** For results of one file. */
    void refuseResume(Verb verb) {
        if (resume) {
            throw verb.wrong("--resume goes with folders of results; one file is made anew");
        }
    }

    /** Tells what failed and how it ended; the exit code. */
    int finish(Verb verb, BatchReport done) throws IOException {
        if (report != null) {
            write(report, preparations.isEmpty() ? done.toJson() : done.toJson().with("preparations", preparations));
        }
        BatchProgress end = done.progress();
        String skipped = end.skipped() == 0 ? "" : ", " + end.skipped() + " were done before";
        verb.out()
                .println(String.format(
                        Locale.ROOT,
                        "%d done, %d failed%s; %.1f per second%s",
                        end.done(),
                        end.failed(),
                        skipped,
                        end.rate(),
                        done.ending() == BatchReport.Ending.COMPLETE ? "" : "; ended early"));
        return done.isSuccess() ? 0 : 1;
    }

    private static void write(Path file, Json json) throws IOException {
        try (DraftFile draft = DraftFile.of(file)) {
            draft.out().write(json.pretty().getBytes(StandardCharsets.UTF_8));
            draft.commit();
        }
    }

    /** Refuses a folder of results that is one of the inputs. */
    static void requireApart(Path results, Path... inputs) throws IOException {
        for (Path input : inputs) {
            if (Files.isDirectory(results) && Files.exists(input) && Files.isSameFile(results, input)) {
                throw new IOException("results need a folder of their own, got that of an input: " + results);
            }
        }
    }

    private static <I, D, R> BatchReport run(Verb verb, Batch<I, D, R> batch, Collection<I> items) {
        try (Progress bar = verb.progress(items.size())) {
            return batch.cancellation(verb.cancellation())
                    .listener(new Watcher(verb, bar))
                    .run(items);
        }
    }

    /** Moves the bar and tells failures as they come. */
    private static final class Watcher implements BatchListener {
        private final Verb verb;
        private final Progress bar;
        private long before;

        Watcher(Verb verb, Progress bar) {
            this.verb = verb;
            this.bar = bar;
        }

        @Override
        public void progress(BatchProgress progress) {
            long now = progress.done() + progress.failed() + progress.skipped();
            bar.step(now - before);
            before = now;
        }

        @Override
        public void failed(BatchFailure failure) {
            verb.err()
                    .println("semblance: " + verb.name() + ": " + failure.item() + ": "
                            + ErrorLines.message(failure.cause()));
            verb.err().flush();
        }
    }
}

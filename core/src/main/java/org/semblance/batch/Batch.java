package org.semblance.batch;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.semblance.batch.BatchReport.Ending;
import org.semblance.json.Json;

/**
 * Runs {@link BatchWork} on items from a source of any length: items are decoded by several threads, computed in groups
 * of consecutive ones, and encoded by several threads, all at the same time and with a bounded number of items in
 * memory. A failed item is reported and left out.
 *
 * <pre>{@code
 * BatchReport report = Batch.of(work, BatchConfig.of(16))
 *         .listener(progress -> bar.show(progress.done(), progress.left()))
 *         .cancellation(cancellation)
 *         .journal(Journal.open(folder.resolve("run.journal"), settings, true))
 *         .run(paths);
 * report.write(folder.resolve("report.json"));
 * }</pre>
 *
 * <p>Groups are cut from the source before anything is decoded, and a group of which a part is finished is computed
 * whole when a run goes on: the bytes of the outputs depend neither on timing nor on interruptions.
 *
 * <p>Immutable; a run belongs to the thread that called it, and interrupting that thread cancels the run.
 *
 * @param <I> items
 * @param <D> decoded items
 * @param <R> results
 */
public final class Batch<I, D, R> {
    private final BatchWork<I, D, R> work;
    private final BatchConfig config;
    private final BatchListener listener;
    private final Cancellation cancellation;
    private final @Nullable Journal journal;
    private final Json about;

    private Batch(
            BatchWork<I, D, R> work,
            BatchConfig config,
            BatchListener listener,
            Cancellation cancellation,
            @Nullable Journal journal,
            Json about) {
        this.work = work;
        this.config = config;
        this.listener = listener;
        this.cancellation = cancellation;
        this.journal = journal;
        this.about = about;
    }

    /** This work, with nobody listening. */
    public static <I, D, R> Batch<I, D, R> of(BatchWork<I, D, R> work, BatchConfig config) {
        return new Batch<>(work, config, progress -> {}, new Cancellation(), null, Json.of(Map.of()));
    }

    /** With somebody who hears how it goes on. */
    public Batch<I, D, R> listener(BatchListener other) {
        return new Batch<>(work, config, other, cancellation, journal, about);
    }

    /** With somebody who may end it early. */
    public Batch<I, D, R> cancellation(Cancellation other) {
        return new Batch<>(work, config, listener, other, journal, about);
    }

    /** With a journal: items in it are skipped, and finished ones noted. It is closed by its owner. */
    public Batch<I, D, R> journal(Journal other) {
        return new Batch<>(work, config, listener, cancellation, other, about);
    }

    /** With an object that goes into the report, such as model, device and options. */
    public Batch<I, D, R> about(Json other) {
        return new Batch<>(work, config, listener, cancellation, journal, other);
    }

    /**
     * Runs it, in the order of the collection.
     *
     * @return what became of the items, also if the run was cancelled or ended at a failed item
     */
    public BatchReport run(Collection<I> items) {
        return run(items.iterator(), OptionalLong.of(items.size()));
    }

    /** Runs it on a source that is read bit by bit, by the calling thread; what the source throws ends the run. */
    public BatchReport run(Iterator<I> items, OptionalLong total) {
        Tally tally = new Tally(total, listener);
        Ending ending = new BatchRun<>(items, work, config, cancellation, journal, tally).go();
        return tally.report(ending, config, about);
    }
}

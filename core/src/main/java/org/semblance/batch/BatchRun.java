package org.semblance.batch;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.semblance.batch.BatchReport.Ending;
import org.semblance.files.DraftFile;

/**
 * One run. The calling thread cuts the source into groups, keeps a bounded number of them in flight, waits for the
 * oldest, and hands its results to the encoders, whose backlog is bounded too.
 */
final class BatchRun<I, D, R> {
    private static final Logger LOG = System.getLogger(Batch.class.getName());

    private final Iterator<I> source;
    private final BatchWork<I, D, R> work;
    private final BatchConfig config;
    private final Cancellation cancellation;
    private final @Nullable Journal journal;
    private final Tally tally;
    private final StageThreads decoders;
    private final StageThreads computers;
    private final StageThreads encoders;
    private final Semaphore backlog;
    private final Deque<Future<List<Result<I, R>>>> inFlight = new ArrayDeque<>();
    private volatile @Nullable Throwable fatal;
    private volatile boolean interrupted;
    private volatile boolean cutShort;

    BatchRun(
            Iterator<I> source,
            BatchWork<I, D, R> work,
            BatchConfig config,
            Cancellation cancellation,
            @Nullable Journal journal,
            Tally tally) {
        this.source = source;
        this.work = work;
        this.config = config;
        this.cancellation = cancellation;
        this.journal = journal;
        this.tally = tally;
        this.decoders = new StageThreads(Stage.DECODE, config.decoders());
        this.computers = new StageThreads(Stage.COMPUTE, config.computers());
        this.encoders = new StageThreads(Stage.ENCODE, config.encoders());
        this.backlog = new Semaphore(config.groups() * config.size());
    }

    /** An item of the source, and whether an earlier run finished it. */
    private record Item<I>(I value, String name, boolean isFinished) {}

    private record Decoded<I, D>(Item<I> item, D value) {}

    private record Result<I, R>(Item<I> item, R value) {}

    /** Runs to the end, whatever comes. */
    Ending go() {
        try {
            flow();
        } catch (RuntimeException | Error e) {
            fatal = e;
        }
        interrupted |= decoders.end() | computers.end() | encoders.end();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        rethrow(fatal);
        return ending();
    }

    private static void rethrow(@Nullable Throwable e) {
        if (e instanceof RuntimeException exception) {
            throw exception;
        }
        if (e instanceof Error error) {
            throw error;
        }
    }

    private Ending ending() {
        if (config.failFast() && tally.anyFailed()) {
            return Ending.FAILED_FAST;
        }
        return cutShort ? Ending.CANCELLED : Ending.COMPLETE;
    }

    private boolean isStopped() {
        return cancellation.isCancelled() || interrupted || fatal != null || config.failFast() && tally.anyFailed();
    }

    private void flow() {
        fill();
        while (!inFlight.isEmpty()) {
            List<Result<I, R>> results = awaited(inFlight.remove());
            fill();
            results.forEach(this::handOver);
        }
    }

    private void fill() {
        while (inFlight.size() < config.groups() && source.hasNext()) {
            if (isStopped()) {
                cutShort = true;
                return;
            }
            List<Item<I>> group = nextGroup();
            if (!group.stream().allMatch(Item::isFinished)) {
                start(group);
            }
        }
    }

    private List<Item<I>> nextGroup() {
        List<Item<I>> group = new ArrayList<>();
        while (group.size() < config.size() && source.hasNext()) {
            Item<I> item = item(source.next());
            group.add(item);
            if (item.isFinished()) {
                tally.skipped();
            }
        }
        return group;
    }

    private Item<I> item(I value) {
        String name = work.name(value);
        boolean isFinished = journal != null
                && journal.has(name)
                && work.outputs(value).stream().allMatch(Files::exists);
        return new Item<>(value, name, isFinished);
    }

    private void start(List<Item<I>> group) {
        List<Future<Optional<Decoded<I, D>>>> decoding = new ArrayList<>();
        for (Item<I> item : group) {
            decoding.add(decoders.submit(() -> decode(item)));
        }
        inFlight.add(computers.submit(() -> compute(decoding)));
    }

    private Optional<Decoded<I, D>> decode(Item<I> item) {
        if (isStopped()) {
            cutShort = true;
            return Optional.empty();
        }
        return attempt(Stage.DECODE, item, () -> {
            if (!item.isFinished()) {
                work.clear(item.value());
            }
            return new Decoded<>(item, work.decode(item.value()));
        });
    }

    private List<Result<I, R>> compute(List<Future<Optional<Decoded<I, D>>>> decoding)
            throws ExecutionException, InterruptedException {
        List<Decoded<I, D>> group = new ArrayList<>();
        for (Future<Optional<Decoded<I, D>>> item : decoding) {
            item.get().ifPresent(group::add);
        }
        if (isStopped()) {
            cutShort |= !group.isEmpty();
            return List.of();
        }
        return group.isEmpty() ? List.of() : computed(group);
    }

    private List<Result<I, R>> computed(List<Decoded<I, D>> group) {
        if (group.size() == 1) {
            return alone(group.get(0));
        }
        List<R> results;
        try {
            results = tally.timed(
                    Stage.COMPUTE,
                    () -> work.compute(group.stream().map(Decoded::value).toList()));
        } catch (Exception e) {
            LOG.log(Level.DEBUG, "batch: " + group.size() + " items failed together and are computed alone", e);
            tally.retried();
            return group.stream().flatMap(item -> alone(item).stream()).toList();
        }
        return paired(group, results);
    }

    private List<Result<I, R>> alone(Decoded<I, D> one) {
        return attempt(Stage.COMPUTE, one.item(), () -> work.compute(List.of(one.value())))
                .map(results -> paired(List.of(one), results))
                .orElse(List.of());
    }

    private List<Result<I, R>> paired(List<Decoded<I, D>> group, List<R> results) {
        if (results.size() != group.size()) {
            throw new IllegalStateException("batch: compute must return as many results as it was given items, got "
                    + results.size() + " for " + group.size());
        }
        List<Result<I, R>> pairs = new ArrayList<>();
        for (int i = 0; i < group.size(); i++) {
            pairs.add(new Result<>(group.get(i).item(), results.get(i)));
        }
        return pairs;
    }

    /** Gives a result to the encoders once they have room. */
    private void handOver(Result<I, R> result) {
        if (result.item().isFinished()) {
            return;
        }
        acquire();
        encoders.execute(() -> {
            try {
                encode(result);
            } catch (RuntimeException | Error e) {
                fatal = e;
            } finally {
                backlog.release();
            }
        });
    }

    private void encode(Result<I, R> result) {
        if (fatal != null) {
            return;
        }
        Item<I> item = result.item();
        attempt(Stage.ENCODE, item, () -> {
                    work.encode(item.value(), result.value());
                    finish(item);
                    return item;
                })
                .ifPresent(finished -> tally.done());
    }

    private void finish(Item<I> item) throws IOException {
        if (config.durable()) {
            for (Path output : work.outputs(item.value())) {
                DraftFile.force(output);
            }
        }
        if (journal != null) {
            journal.add(item.name(), config.durable());
        }
    }

    /** Does a stage's work on an item; empty, and reported, if it fails. */
    private <T> Optional<T> attempt(Stage stage, Item<I> item, Tally.Timed<T> task) {
        Exception cause;
        try {
            return Optional.of(tally.timed(stage, task));
        } catch (Exception e) {
            cause = e;
        }
        if (!item.isFinished()) {
            tally.failed(new BatchFailure(item.name(), stage, cause));
        }
        return Optional.empty();
    }

    private List<Result<I, R>> awaited(Future<List<Result<I, R>>> group) {
        while (true) {
            try {
                return group.get();
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                fatal = root(e);
                return List.of();
            }
        }
    }

    private static Throwable root(Throwable e) {
        Throwable cause = e.getCause();
        return e instanceof ExecutionException && cause != null ? root(cause) : e;
    }

    private void acquire() {
        while (true) {
            try {
                backlog.acquire();
                return;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}

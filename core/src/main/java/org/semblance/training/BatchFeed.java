package org.semblance.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;

/**
 * Prepares batches ahead on a thread of its own. Which samples a batch holds follows from the positions at its step, so
 * a feed that begins where another one stood goes on with the same batches.
 */
public final class BatchFeed implements AutoCloseable {
    private static final long REAL_STREAM = 2;

    private final Plan plan;
    private final BlockingQueue<Object> ready;
    private final Thread thread;

    /** What determines the batches. */
    public static final class Plan {
        private final List<SampleSource> sources;
        private final DataConfig data;
        private final ScheduleConfig schedule;
        private final int batch;
        private final long seed;
        private final int zDim;
        private final PictureNumbers numbers;

        /**
         * A plan.
         *
         * @param sources one per entry of the data settings; closed with the feed
         * @param seed of the run
         * @param zDim length of the generator's random codes
         */
        public Plan(
                List<SampleSource> sources, DataConfig data, ScheduleConfig schedule, int batch, long seed, int zDim) {
            this.sources = List.copyOf(sources);
            this.data = data;
            this.schedule = schedule;
            this.batch = batch;
            this.seed = seed;
            this.zDim = zDim;
            numbers = PictureNumbers.of(data, this.sources);
        }

        HostBatch batch(long step, List<Long> from) throws IOException {
            List<Long> positions = new ArrayList<>(from);
            int known = data.swapRows(batch);
            int cross = schedule.crossRows(step, batch - known);
            int drawn = data.independentPairs() ? 2 * cross : cross == 1 ? 2 : cross;
            List<Samples> same = draw(batch - known - cross, positions, false);
            List<Samples> pairs = draw(drawn, positions, false);
            List<Samples> swaps = draw(known, positions, true);
            HostArray real = schedule.isAdversarial(step)
                    ? GeneratorSamples.codes(seed, REAL_STREAM, zDim, step * batch, batch)
                    : null;
            return new HostBatch(step, same, pairs, cross, swaps, real, positions);
        }

        private List<Samples> draw(int rows, List<Long> positions, boolean swaps) throws IOException {
            int[] counts = new int[sources.size()];
            for (int row = 0; row < rows; row++) {
                counts[mostOwed(counts, positions, swaps)]++;
            }
            List<Samples> parts = new ArrayList<>();
            for (int i = 0; i < counts.length; i++) {
                if (counts[i] > 0) {
                    parts.add(numbers.of(i, sources.get(i).draw(positions.get(i), counts[i])));
                    positions.set(i, positions.get(i) + counts[i]);
                }
            }
            return parts;
        }

        /** The source, of known swaps or not, that is furthest below its share of such samples so far and one more. */
        private int mostOwed(int[] counts, List<Long> positions, boolean swaps) {
            double total = 0;
            double drawn = 1;
            for (int i = 0; i < counts.length; i++) {
                if (isSwaps(i) == swaps) {
                    total += data.sources().get(i).share();
                    drawn += positions.get(i) + counts[i];
                }
            }
            int most = 0;
            double owed = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < counts.length; i++) {
                double missing = drawn * data.sources().get(i).share() / total - positions.get(i) - counts[i];
                if (missing > owed && isSwaps(i) == swaps) {
                    owed = missing;
                    most = i;
                }
            }
            return most;
        }

        private boolean isSwaps(int source) {
            return data.sources().get(source).kind() == DataConfig.Kind.SWAPS;
        }
    }

    /** Why the thread ended. */
    private record Failure(Throwable cause) {}

    /** @param positions number of the next sample of every source */
    public BatchFeed(Plan plan, long step, List<Long> positions) {
        this.plan = plan;
        ready = new ArrayBlockingQueue<>(plan.data.prefetch());
        thread = new Thread(() -> prepare(step, positions), "semblance-batches");
        thread.setDaemon(true);
        thread.start();
    }

    private void prepare(long first, List<Long> positions) {
        try {
            List<Long> at = positions;
            for (long step = first; !Thread.currentThread().isInterrupted(); step++) {
                HostBatch batch = plan.batch(step, at);
                ready.put(batch);
                at = batch.positions();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException | Error e) {
            report(e);
        }
    }

    private void report(Throwable cause) {
        try {
            ready.put(new Failure(cause));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next batch. @throws IOException if a source failed */
    HostBatch next() throws IOException, InterruptedException {
        Object next = ready.take();
        if (next instanceof HostBatch batch) {
            return batch;
        }
        Throwable cause = ((Failure) next).cause();
        throw new IOException("training data: " + cause.getMessage(), cause);
    }

    @Override
    public void close() throws IOException {
        thread.interrupt();
        try {
            ready.clear();
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        @Nullable IOException failure = null;
        for (SampleSource source : plan.sources) {
            try {
                source.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}

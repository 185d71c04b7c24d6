package org.semblance.sequence;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Threads that compress frames, one for each processor. */
final class Encoders implements AutoCloseable {
    private final ExecutorService threads =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), Encoders::daemon);

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "semblance-frames");
        thread.setDaemon(true);
        return thread;
    }

    /** Work on one of several things. */
    interface Work {
        void on(int index) throws IOException;
    }

    /** Does all of it before it returns. @throws IOException the first failure */
    void each(int count, Work work) throws IOException {
        List<Future<?>> started = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int index = i;
            started.add(threads.submit(() -> {
                work.on(index);
                return index;
            }));
        }
        IOException failure = null;
        for (Future<?> one : started) {
            try {
                one.get();
            } catch (ExecutionException e) {
                failure = failure == null ? asIo(e) : failure;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("sequence: interrupted while frames were written", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static IOException asIo(ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof RuntimeException failure) {
            throw failure;
        }
        return cause instanceof IOException io ? io : new IOException(e);
    }

    /** Returns once no thread writes any more. */
    @Override
    public void close() {
        threads.shutdown();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = threads.awaitTermination(1, TimeUnit.DAYS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

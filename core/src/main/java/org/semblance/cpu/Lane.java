package org.semblance.cpu;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that drives oneDNN. Its OpenMP runtime keeps a team of threads for every thread that ever called it,
 * so
 * callers on many threads would oversubscribe the cores; they queue here instead.
 */
final class Lane {
    private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private final Thread thread;

    Lane(String name) {
        thread = new Thread(this::serve, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs work on the lane and waits; at once if this is the lane already. */
    <T extends @Nullable Object> T call(Supplier<T> work) {
        if (Thread.currentThread() == thread) {
            return work.get();
        }
        FutureTask<T> task = new FutureTask<>(work::get);
        queue.add(task);
        return await(task);
    }

    /** Waits through interruptions, since the work goes on using the caller's arrays; restores the flag. */
    private static <T extends @Nullable Object> T await(FutureTask<T> task) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw unchecked(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException unchecked(ExecutionException e) {
        if (e.getCause() instanceof RuntimeException failure) {
            return failure;
        }
        if (e.getCause() instanceof Error failure) {
            throw failure;
        }
        return new IllegalStateException(e.getCause());
    }

    private void serve() {
        while (true) {
            try {
                queue.take().run();
            } catch (InterruptedException e) {
                // The lane serves as long as the machine runs; nobody may stop it.
                continue;
            }
        }
    }
}

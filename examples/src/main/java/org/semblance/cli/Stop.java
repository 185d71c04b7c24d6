package org.semblance.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.semblance.batch.Cancellation;

/**
 * Lets Ctrl-C, or a polite kill, end a run in order: the process waits until what is being computed is written, and for
 * a minute at most.
 */
final class Stop implements AutoCloseable {
    private static final int SECONDS = 60;

    private final Cancellation cancellation = new Cancellation();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "semblance-stop");

    private Stop() {}

    /** Listens until it is closed. */
    static Stop of() {
        Stop stop = new Stop();
        Runtime.getRuntime().addShutdownHook(stop.hook);
        return stop;
    }

    Cancellation cancellation() {
        return cancellation;
    }

    private void stop() {
        cancellation.cancel();
        try {
            ended.await(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            ended.countDown(); // the process is ending already, and the hook has what it waited for
        }
    }
}

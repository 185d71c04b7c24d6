package org.semblance.cpu;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** A bounded pool that runs the parts of one loop; the calling thread takes its share. */
final class Workers {
    /** Elements below which a second thread costs more than it brings. */
    static final long GRAIN = 1 << 15;

    private static final int THREADS = Runtime.getRuntime().availableProcessors();
    private static final ForkJoinPool POOL = new ForkJoinPool(Math.max(1, THREADS - 1));

    private Workers() {}

    /** Runs {@code part(0) ... part(parts - 1)}, in parallel if the whole touches enough elements. */
    static void run(int parts, long elements, IntConsumer part) {
        if (parts < 2 || THREADS < 2 || elements < GRAIN) {
            for (int i = 0; i < parts; i++) {
                part.accept(i);
            }
            return;
        }
        AtomicInteger next = new AtomicInteger();
        Runnable share = () -> {
            for (int i = next.getAndIncrement(); i < parts; i = next.getAndIncrement()) {
                part.accept(i);
            }
        };
        ForkJoinTask<?>[] helpers = new ForkJoinTask<?>[Math.min(THREADS, parts) - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = POOL.submit(share);
        }
        try {
            share.run();
        } finally {
            // Whatever happened, nobody may be at work on the caller's arrays when it goes on.
            next.set(parts);
            for (ForkJoinTask<?> helper : helpers) {
                if (!helper.tryUnfork()) {
                    helper.quietlyJoin();
                }
            }
        }
        for (ForkJoinTask<?> helper : helpers) {
            if (helper.isCompletedAbnormally()) {
                helper.join();
            }
        }
    }
}

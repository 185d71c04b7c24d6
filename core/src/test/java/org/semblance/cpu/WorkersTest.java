package org.semblance.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WorkersTest {
    @Test
    void everyPartRunsOnce() {
        for (int parts : new int[] {0, 1, 2, 3, 7, 1000}) {
            for (long elements : new long[] {1, Workers.GRAIN - 1, Workers.GRAIN, 1 << 20}) {
                AtomicIntegerArray runs = new AtomicIntegerArray(Math.max(1, parts));
                Workers.run(parts, elements, runs::incrementAndGet);
                for (int i = 0; i < parts; i++) {
                    assertThat(runs.get(i)).isEqualTo(1);
                }
            }
        }
    }

    /** Arrays are freed after a failure, so that nobody may still be at work on them. */
    @Test
    void aFailureIsToldWhenNobodyIsAtWorkAnyMore() {
        Thread caller = Thread.currentThread();
        CountDownLatch helping = new CountDownLatch(1);
        AtomicInteger atWork = new AtomicInteger();
        assertThatIllegalStateException()
                .isThrownBy(() -> Workers.run(64, 1 << 20, part -> {
                    if (Thread.currentThread() == caller) {
                        await(helping, 1000);
                        throw new IllegalStateException("failed");
                    }
                    atWork.incrementAndGet();
                    helping.countDown();
                    await(new CountDownLatch(1), 50);
                    atWork.decrementAndGet();
                }))
                .withMessage("failed");
        assertThat(atWork).hasValue(0);
    }

    private static void await(CountDownLatch latch, int millis) {
        try {
            latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

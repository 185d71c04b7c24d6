package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class TogetherTest {
    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void resultsComeInOrderThoughTheLastEndsFirst() {
        CountDownLatch last = new CountDownLatch(1);
        List<Supplier<String>> work = List.of(
                () -> {
                    await(last);
                    return "a";
                },
                () -> {
                    last.countDown();
                    return "b";
                });
        assertThat(Together.results(work, 2)).containsExactly("a", "b");
    }

    @Test
    void exceptionsAndErrorsAreThrownAsTheyAreOnceAllHasEnded() {
        for (Throwable thrown : List.of(new IllegalStateException("one"), new OutOfMemoryError("for this test"))) {
            CountDownLatch failing = new CountDownLatch(1);
            AtomicBoolean isEnded = new AtomicBoolean();
            List<Supplier<String>> work = List.of(
                    () -> {
                        failing.countDown();
                        throw sneaked(thrown);
                    },
                    () -> {
                        await(failing);
                        dawdle();
                        isEnded.set(true);
                        return "other";
                    });
            assertThatThrownBy(() -> Together.results(work, 2)).isSameAs(thrown);
            assertThat(isEnded).isTrue();
        }
    }

    /** So that the failed one has surely ended first. */
    private static void dawdle() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static RuntimeException sneaked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return (RuntimeException) thrown;
    }
}

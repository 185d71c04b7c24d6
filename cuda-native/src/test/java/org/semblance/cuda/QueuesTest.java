package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class QueuesTest {
    private final AtomicInteger made = new AtomicInteger();
    private final Queues<Integer> queues = new Queues<>(3, made::getAndIncrement);

    @Test
    void aThreadKeepsItsQueue() {
        Integer mine = queues.mine();
        assertThat(queues.mine()).isSameAs(mine);
        assertThat(made).hasValue(1);
    }

    @Test
    void threadsThatLiveTogetherHaveTheirOwnUntilThereAreEnough() throws InterruptedException {
        try (Crowd crowd = new Crowd(3)) {
            assertThat(crowd.queues()).containsExactlyInAnyOrder(0, 1, 2);
        }
    }

    @Test
    void moreThreadsShareEvenly() throws InterruptedException {
        try (Crowd crowd = new Crowd(9)) {
            List<Integer> taken = crowd.queues();
            for (int queue = 0; queue < 3; queue++) {
                assertThat(Collections.frequency(taken, queue)).isEqualTo(3);
            }
        }
        assertThat(made).hasValue(3);
    }

    @Test
    void theQueuesOfThreadsThatEndedAreTakenAgain() throws InterruptedException {
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            try (Crowd crowd = new Crowd(1)) {
                seen.addAll(crowd.queues());
            }
        }
        assertThat(seen).containsExactly(0);
    }

    @Test
    void afterAFailureTheNextCallMakesOne() {
        AtomicInteger calls = new AtomicInteger();
        Queues<Integer> failing = new Queues<>(3, () -> {
            if (calls.getAndIncrement() == 0) {
                throw new IllegalStateException("no stream");
            }
            return 7;
        });
        assertThatIllegalStateException().isThrownBy(failing::mine).withMessage("no stream");
        assertThat(failing.mine()).isEqualTo(7);
    }

    /** Threads that each took a queue and live until they are closed. */
    private final class Crowd implements AutoCloseable {
        private final CountDownLatch leave = new CountDownLatch(1);
        private final List<Thread> threads = new ArrayList<>();
        private final List<AtomicReference<Integer>> taken = new ArrayList<>();

        Crowd(int size) throws InterruptedException {
            CountDownLatch came = new CountDownLatch(size);
            for (int i = 0; i < size; i++) {
                AtomicReference<Integer> queue = new AtomicReference<>();
                taken.add(queue);
                Thread thread = new Thread(() -> {
                    queue.set(queues.mine());
                    came.countDown();
                    awaitUninterrupted(leave);
                });
                threads.add(thread);
                thread.start();
            }
            came.await();
        }

        private void awaitUninterrupted(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        List<Integer> queues() {
            return taken.stream().map(AtomicReference::get).toList();
        }

        @Override
        public void close() throws InterruptedException {
            leave.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }
}

package org.semblance.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LaneTest {
    private final Lane lane = new Lane("test lane");

    @Test
    void allWorkRunsOnOneThread() {
        Thread first = lane.call(Thread::currentThread);
        assertThat(first).isNotSameAs(Thread.currentThread());
        assertThat(first.isDaemon()).isTrue();
        assertThat(CompletableFuture.supplyAsync(() -> lane.call(Thread::currentThread))
                        .join())
                .isSameAs(first);
    }

    @Test
    void workThatCallsTheLaneRunsAtOnce() {
        assertThat(lane.<Integer>call(() -> 1 + lane.<Integer>call(() -> 2))).isEqualTo(3);
    }

    @Test
    void nothingRunsAtTheSameTime() throws Exception {
        List<Integer> running = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<Integer>> callers = new ArrayList<>();
        int[] inside = {0};
        for (int i = 0; i < 16; i++) {
            callers.add(CompletableFuture.supplyAsync(() -> lane.call(() -> {
                running.add(++inside[0]);
                Thread.yield();
                return --inside[0];
            })));
        }
        callers.forEach(CompletableFuture::join);
        assertThat(running).hasSize(16).containsOnly(1);
    }

    @Test
    void failuresReachTheCallerAsTheyAre() {
        IllegalArgumentException wrong = new IllegalArgumentException("wrong");
        assertThatThrownBy(() -> lane.call(() -> {
                    throw wrong;
                }))
                .isSameAs(wrong);
        AssertionError error = new AssertionError("error");
        assertThatThrownBy(() -> lane.call(() -> {
                    throw error;
                }))
                .isSameAs(error);
        assertThat(lane.<String>call(() -> "goes on")).isEqualTo("goes on");
    }

    /** The work uses the caller's arrays, so the caller may not leave before it ends. */
    @Test
    void anInterruptedCallerWaitsAndKeepsTheFlag() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        CompletableFuture<String> seen = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            String result = lane.call(() -> {
                started.countDown();
                await(mayEnd);
                return "result";
            });
            seen.complete(result + " " + Thread.currentThread().isInterrupted());
        });
        caller.start();
        started.await();
        caller.interrupt();
        assertThatExceptionOfType(java.util.concurrent.TimeoutException.class)
                .isThrownBy(() -> seen.get(200, TimeUnit.MILLISECONDS));
        mayEnd.countDown();
        assertThat(seen.get()).isEqualTo("result true");
    }

    @Test
    void workThatInterruptsTheLaneDoesNotStopIt() {
        lane.call(() -> {
            Thread.currentThread().interrupt();
            return true;
        });
        assertThat(lane.<Integer>call(() -> 5)).isEqualTo(5);
        assertThat(lane.<Boolean>call(() -> Thread.currentThread().isInterrupted()))
                .isFalse();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

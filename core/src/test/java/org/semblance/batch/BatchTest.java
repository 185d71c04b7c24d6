package org.semblance.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.semblance.batch.BatchReport.Ending;
import org.semblance.json.Json;

@Timeout(120)
class BatchTest {
    private static final BatchConfig FOUR = BatchConfig.of(4).withThreads(3, 1, 3);

    private static List<Integer> items(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private static void await(CountDownLatch latch) throws IOException, InterruptedException {
        if (!latch.await(90, TimeUnit.SECONDS)) {
            throw new IOException("waited in vain");
        }
    }

    @Test
    void groupsAreThoseOfThePlainLoop() {
        Doubling work = new Doubling();
        BatchReport report = Batch.of(work, FOUR).run(items(103));
        List<List<Integer>> plain = new ArrayList<>();
        for (int i = 0; i < 103; i += 4) {
            plain.add(items(103).subList(i, Math.min(103, i + 4)));
        }
        assertThat(work.groups).isEqualTo(plain);
        assertThat(work.kept()).hasSize(103).doesNotContainValue(2);
        assertThat(report.isSuccess()).isTrue();
        assertThat(report.progress().done()).isEqualTo(103);
        assertThat(report.progress().total()).hasValue(103);
    }

    @Test
    void oneEncoderKeepsTheOrder() {
        Doubling work = new Doubling();
        Batch.of(work, FOUR.withThreads(4, 3, 4).inOrder()).run(items(500));
        assertThat(work.order).isEqualTo(items(500));
    }

    @Test
    void nothingIsDoneForNoItems() {
        Doubling work = new Doubling();
        assertThat(Batch.of(work, FOUR).run(List.of()).isSuccess()).isTrue();
        assertThat(work.groups).isEmpty();
    }

    /** Each stage waits for the stage before to be at a later item, which only a pipeline can fulfil. */
    @Test
    void stagesOverlap() {
        CountDownLatch decodedNext = new CountDownLatch(1);
        CountDownLatch computedNext = new CountDownLatch(1);
        Doubling work = new Doubling() {
            @Override
            public Integer decode(Integer item) {
                if (item >= 4) {
                    decodedNext.countDown();
                }
                return item;
            }

            @Override
            public List<Integer> compute(List<Integer> decoded) throws Exception {
                await(decodedNext);
                if (decoded.get(0) >= 4) {
                    computedNext.countDown();
                }
                return super.compute(decoded);
            }

            @Override
            public void encode(Integer item, Integer result) throws Exception {
                await(computedNext);
                super.encode(item, result);
            }
        };
        assertThat(Batch.of(work, FOUR).run(items(8)).failures()).isEmpty();
    }

    @Test
    void aFailedItemIsReportedAndTheOthersAreDone() {
        Doubling work = new Doubling() {
            @Override
            public Integer decode(Integer item) throws IOException {
                if (item == 5) {
                    throw new IOException("no such picture");
                }
                return item;
            }

            @Override
            public List<Integer> compute(List<Integer> decoded) throws Exception {
                if (decoded.contains(9)) {
                    throw new IllegalArgumentException("nine cannot be computed");
                }
                return super.compute(decoded);
            }

            @Override
            public void encode(Integer item, Integer result) throws Exception {
                if (item == 14) {
                    throw new IOException("the disk is full");
                }
                super.encode(item, result);
            }
        };
        List<BatchFailure> heard = Collections.synchronizedList(new ArrayList<>());
        BatchListener listener = new BatchListener() {
            @Override
            public void progress(BatchProgress progress) {}

            @Override
            public void failed(BatchFailure failure) {
                heard.add(failure);
            }
        };
        BatchReport report = Batch.of(work, FOUR).listener(listener).run(items(20));
        assertThat(work.kept().keySet())
                .isEqualTo(new TreeSet<>(items(20).stream()
                        .filter(i -> i != 5 && i != 9 && i != 14)
                        .toList()));
        assertThat(heard).containsExactlyInAnyOrderElementsOf(report.failures());
        assertThat(report.failures())
                .extracting(f -> f.item() + " " + f.stage() + " " + f.reason())
                .containsExactlyInAnyOrder(
                        "5 decode no such picture", "9 compute nine cannot be computed", "14 encode the disk is full");
        assertThat(report.retriedGroups()).isEqualTo(1);
        assertThat(report.ending()).isEqualTo(Ending.COMPLETE);
        assertThat(report.isSuccess()).isFalse();
        assertThat(report.progress().done()).isEqualTo(17);
    }

    @Test
    void failFastEndsTheRun() {
        Doubling work = new Doubling() {
            @Override
            public Integer decode(Integer item) throws IOException {
                if (item == 10) {
                    throw new IOException("ten");
                }
                return item;
            }
        };
        BatchReport report = Batch.of(work, FOUR.withFailFast(true)).run(items(1000));
        assertThat(report.ending()).isEqualTo(Ending.FAILED_FAST);
        assertThat(report.failures()).hasSize(1);
        assertThat(work.order).doesNotContain(10).hasSizeLessThan(10 + 4 * FOUR.groups());
    }

    /** With an encoder that stands still, the source is read only as far as the queues reach. */
    @Test
    void memoryIsBounded() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        AtomicInteger held = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Doubling work = new Doubling() {
            @Override
            public Integer decode(Integer item) {
                most.accumulateAndGet(held.incrementAndGet(), Math::max);
                return item;
            }

            @Override
            public void encode(Integer item, Integer result) throws Exception {
                await(open);
                super.encode(item, result);
                held.decrementAndGet();
            }
        };
        Thread opener = new Thread(() -> {
            int before;
            do {
                before = most.get();
                sleep(300);
            } while (most.get() != before || before < FOUR.groups() * FOUR.size());
            open.countDown();
        });
        opener.start();
        BatchReport report = Batch.of(work, FOUR).run(items(2000));
        opener.join();
        assertThat(report.progress().done()).isEqualTo(2000);
        int bound = 2 * FOUR.groups() * FOUR.size() + FOUR.size();
        assertThat(most.get()).isBetween(FOUR.groups() * FOUR.size(), bound);
    }

    private static void sleep(long milliseconds) {
        try {
            TimeUnit.MILLISECONDS.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void cancellingLeavesNothingHalfDone() {
        Cancellation cancellation = new Cancellation();
        Doubling work = new Doubling() {
            @Override
            public List<Integer> compute(List<Integer> decoded) throws Exception {
                if (decoded.contains(21)) {
                    cancellation.cancel();
                }
                return super.compute(decoded);
            }
        };
        BatchReport report = Batch.of(work, FOUR).cancellation(cancellation).run(items(100_000));
        assertThat(report.ending()).isEqualTo(Ending.CANCELLED);
        assertThat(work.order).hasSize(24);
        assertThat(report.progress().done()).isEqualTo(work.order.size());
    }

    @Test
    void aCancellationAfterTheEndChangesNothing() {
        Cancellation cancellation = new Cancellation();
        BatchListener last = progress -> {
            if (progress.done() == 8) {
                cancellation.cancel();
            }
        };
        BatchReport report = Batch.of(new Doubling(), FOUR)
                .listener(last)
                .cancellation(cancellation)
                .run(items(8));
        assertThat(report.isSuccess()).isTrue();
    }

    @Test
    void interruptingTheCallerCancels() {
        Thread caller = Thread.currentThread();
        BatchListener listener = progress -> {
            if (progress.done() == 12) {
                caller.interrupt();
            }
        };
        BatchReport report = Batch.of(new Doubling(), FOUR).listener(listener).run(items(1_000_000));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(report.ending()).isEqualTo(Ending.CANCELLED);
    }

    @Test
    void errorsEndTheRunAndAreThrown() {
        for (Stage stage : Stage.values()) {
            Doubling work = new Doubling() {
                @Override
                public Integer decode(Integer item) {
                    failAt(Stage.DECODE);
                    return item;
                }

                @Override
                public List<Integer> compute(List<Integer> decoded) throws Exception {
                    failAt(Stage.COMPUTE);
                    return super.compute(decoded);
                }

                @Override
                public void encode(Integer item, Integer result) {
                    failAt(Stage.ENCODE);
                }

                private void failAt(Stage here) {
                    if (here == stage) {
                        throw new OutOfMemoryError("in " + stage);
                    }
                }
            };
            assertThatThrownBy(() -> Batch.of(work, FOUR).run(items(1000)))
                    .isInstanceOf(OutOfMemoryError.class)
                    .hasMessage("in " + stage);
        }
    }

    @Test
    void mistakesOfTheCallerAreThrown() {
        BatchListener broken = progress -> {
            throw new IllegalStateException("the bar is closed");
        };
        assertThatThrownBy(() -> Batch.of(new Doubling(), FOUR).listener(broken).run(items(100)))
                .hasMessage("the bar is closed");
        Doubling forgetful = new Doubling() {
            @Override
            public List<Integer> compute(List<Integer> decoded) {
                return List.of();
            }
        };
        assertThatThrownBy(() -> Batch.of(forgetful, FOUR).run(items(4)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("got 0 for 4");
        assertThatThrownBy(() -> Batch.of(new Doubling(), FOUR)
                        .run(items(9).stream().peek(i -> require(i < 6)).iterator(), OptionalLong.empty()))
                .hasMessage("the source broke");
        assertThatThrownBy(() -> BatchConfig.of(0)).hasMessageContaining("size must be 1 to", "got 0");
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new IllegalStateException("the source broke");
        }
    }

    @Test
    void progressCountsUpToTheEnd() {
        List<BatchProgress> heard = new ArrayList<>();
        Batch.of(new Doubling(), FOUR).listener(heard::add).run(items(10));
        assertThat(heard).extracting(BatchProgress::done).isSorted().hasSize(11).endsWith(10L, 10L);
        BatchProgress half = new BatchProgress(30, 10, 10, OptionalLong.of(100), Duration.ofSeconds(20));
        assertThat(half.rate()).isEqualTo(2);
        assertThat(half.left()).contains(Duration.ofSeconds(25));
    }

    @Test
    void theReportCanBeReadByMachines() {
        Doubling work = new Doubling() {
            @Override
            public Integer decode(Integer item) throws IOException {
                if (item == 1) {
                    throw new IOException("two\nlines");
                }
                return item;
            }
        };
        Json about = Json.of(Map.of("model", "heads64"));
        Json json = Batch.of(work, FOUR).about(about).run(items(3)).toJson();
        assertThat(json.get("ending").asString()).isEqualTo("complete");
        assertThat(json.get("items").compact()).isEqualTo("{\"total\":3,\"done\":2,\"skipped\":0,\"failed\":1}");
        assertThat(json.get("failures").compact())
                .isEqualTo("[{\"item\":\"1\",\"stage\":\"decode\",\"reason\":\"two lines\"}]");
        assertThat(json.get("busySeconds").keys()).containsExactly("decode", "compute", "encode");
        assertThat(json.get("versions").get("java").asString()).isEqualTo(System.getProperty("java.version"));
        assertThat(json.get("about").get("model").asString()).isEqualTo("heads64");
    }
}

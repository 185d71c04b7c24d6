package org.semblance.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.semblance.Disentangler;
import org.semblance.image.Image;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.Truncation;

/** One pipeline used from several threads at once. */
@Timeout(300)
class ThreadsTest {
    private static final int CALLERS = 8;
    private static final AtomicInteger TESTS = new AtomicInteger();
    private static final Path TASKS = Path.of("/proc/self/task");

    @RegisterExtension
    static final Heads64 HEADS = new Heads64();

    /** Of this test alone: threads of the one before may still be ending. The system cuts names after 15 characters. */
    private final String name = "t" + TESTS.getAndIncrement() + " ";

    private final AtomicInteger started = new AtomicInteger();
    private final ExecutorService callers =
            Executors.newFixedThreadPool(CALLERS, work -> new Thread(work, name + started.getAndIncrement()));
    private final Disentangler d = HEADS.model();
    private final List<Image> heads = HEADS.heads();

    @AfterEach
    void stop() {
        callers.shutdownNow();
    }

    @Test
    void manyThreadsGiveWhatOneGives() throws Exception {
        List<List<Image>> alone = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            alone.add(work(i));
        }
        for (int round = 0; round < 2; round++) {
            assertThat(together(CALLERS, this::work)).isEqualTo(alone);
        }
    }

    /** A different mix of networks and batch sizes for each caller. */
    private List<Image> work(int caller) {
        List<Image> pictures = new ArrayList<>();
        pictures.add(d.swap(heads.get(caller), heads.get((caller + 3) % 8)));
        pictures.addAll(d.swap(heads.subList(0, 1 + caller % 3), heads.subList(5 - caller % 3, 6)));
        pictures.addAll(d.generator().generate(d.generator().z(caller), Truncation.of(0.5f), Noise.random(caller)));
        return pictures;
    }

    /** One caller's bad input is that caller's alone. */
    @Test
    void anErrorReachesItsCallerOnly() throws Exception {
        Image expected = d.swap(heads.get(0), heads.get(1));
        List<Boolean> answers = together(CALLERS, caller -> {
            if (caller % 2 == 0) {
                return d.swap(heads.get(0), heads.get(1)).equals(expected);
            }
            try {
                d.generator().map(d.identity().embed(heads));
                return false;
            } catch (IllegalArgumentException e) {
                return e.getMessage().contains("z must be [N, 512], got [8, 256]");
            }
        });
        assertThat(answers).containsOnly(true);
    }

    @Test
    void anInterruptedCallerGetsItsResultAndKeepsTheFlag() throws Exception {
        Image expected = d.swap(heads.get(0), heads.get(1));
        Future<Boolean> answer = callers.submit(() -> {
            Thread.currentThread().interrupt();
            Image got = d.swap(heads.get(0), heads.get(1));
            return Thread.interrupted() && got.equals(expected);
        });
        assertThat(answer.get()).isTrue();
    }

    /** Whoever is at work gets a result or is told that the pipeline is closed; memory is given back once. */
    @Test
    void closingWhileOthersWork() throws Exception {
        for (int round = 0; round < 2; round++) {
            long before = HEADS.liveBytes();
            closeUnderWork(round);
            assertThat(HEADS.liveBytes()).isEqualTo(before);
        }
    }

    private void closeUnderWork(int round) throws Exception {
        Image expected = d.swap(heads.get(0), heads.get(4));
        Disentangler closing = Disentangler.load(Heads64.folder(), HEADS.device());
        CountDownLatch underWay = new CountDownLatch(3 + round);
        AtomicInteger results = new AtomicInteger();
        List<Future<String>> ends = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            ends.add(callers.submit(() -> {
                while (true) {
                    try {
                        assertThat(closing.swap(heads.get(0), heads.get(4))).isEqualTo(expected);
                        results.incrementAndGet();
                        underWay.countDown();
                    } catch (IllegalStateException e) {
                        return String.valueOf(e.getMessage());
                    }
                }
            }));
        }
        underWay.await();
        closing.close();
        for (Future<String> end : ends) {
            assertThat(end.get()).endsWith(": it was used after it was closed");
        }
        assertThat(results).hasPositiveValue();
    }

    @Test
    void severalMayCloseAtOnce() throws Exception {
        long before = HEADS.liveBytes();
        Disentangler closing = Disentangler.load(Heads64.folder(), HEADS.device());
        together(CALLERS, caller -> {
            closing.close();
            return caller;
        });
        assertThat(HEADS.liveBytes()).isEqualTo(before);
    }

    @Test
    void severalMayLoadAtOnce() throws Exception {
        long before = HEADS.liveBytes();
        Image expected = d.swap(heads.get(0), heads.get(4));
        List<Image> got = together(3, caller -> loadAndSwap());
        assertThat(got).containsOnly(expected);
        assertThat(HEADS.liveBytes()).isEqualTo(before);
    }

    private Image loadAndSwap() throws IOException {
        try (Disentangler own = Disentangler.load(Heads64.folder(), HEADS.device())) {
            return own.swap(heads.get(0), heads.get(4));
        }
    }

    /**
     * OpenMP would keep a team of threads for each calling thread, which callers would pay for. Threads of a team bear
     * the name of the one that began it.
     */
    @Test
    void callersGetNoTeamsOfTheirOwn() throws Exception {
        assumeTrue(Files.isDirectory(TASKS), "threads of this process cannot be listed here");
        together(CALLERS, this::work);
        List<String> named =
                threadNames().stream().filter(thread -> thread.startsWith(name)).toList();
        assertThat(named).hasSize(CALLERS).doesNotHaveDuplicates();
    }

    private static List<String> threadNames() throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                nameOf(task).ifPresent(names::add);
            }
        }
        return names;
    }

    /** Empty where the thread has ended since it was listed. */
    private static Optional<String> nameOf(Path task) throws IOException {
        try {
            return Optional.of(Files.readString(task.resolve("comm")).strip());
        } catch (IOException e) {
            if (Files.exists(task)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private interface Work<T> {
        T of(int caller) throws Exception;
    }

    /** Runs work on several threads that start together; the results in order. */
    private <T> List<T> together(int count, Work<T> work) throws InterruptedException, ExecutionException {
        CountDownLatch ready = new CountDownLatch(count);
        List<Callable<T>> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int caller = i;
            tasks.add(() -> {
                ready.countDown();
                ready.await();
                return work.of(caller);
            });
        }
        List<T> results = new ArrayList<>();
        for (Future<T> result : callers.invokeAll(tasks)) {
            results.add(result.get());
        }
        return results;
    }
}

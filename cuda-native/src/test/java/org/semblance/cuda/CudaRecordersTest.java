package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.semblance.array.NdArray;
import org.semblance.backend.Binary;
import org.semblance.backend.Precision;
import org.semblance.backend.Recorder;

/** Recorders of several threads, whose graphs run over the same lanes at the same time. */
class CudaRecordersTest extends GpuTest {
    private static final int REPEATS = 40;

    /** Side by side, each of them a product of few elements with many terms: cuBLAS adds their parts in scratch. */
    private static final int PRODUCTS = 24;

    private static final int ROWS = 96;
    private static final int TERMS = 16384;

    /** Sums of products, and the recorded work that adds each product to its sum once more. */
    private final class Work implements AutoCloseable {
        private final NdArray a;
        private final NdArray b;
        private final List<NdArray> sums = new ArrayList<>();
        private final Precision precision;
        private final Recorder recorder = cuda.recorder();
        private final Runnable repeat;

        Work(int seed, Precision precision) {
            this.precision = precision;
            Random random = new Random(seed);
            a = normal(random, ROWS, TERMS);
            b = normal(random, TERMS, ROWS);
            for (int i = 0; i < PRODUCTS; i++) {
                sums.add(allocated(ROWS, ROWS));
            }
            step();
            sums.forEach(sum -> cuda.fill(sum, 0));
            repeat = recorder.record(this::step);
        }

        private void step() {
            cuda.rounding(precision, () -> {
                List<NdArray> products = new ArrayList<>();
                for (NdArray sum : sums) {
                    NdArray y = allocated(ROWS, ROWS);
                    products.add(y);
                    cuda.matmul(a, false, b, false, y);
                    cuda.binary(Binary.ADD, sum, y, sum);
                }
                products.forEach(y -> y.memory().release());
                return true;
            });
        }

        /** All sums after some repetitions. */
        List<float[]> sums(CyclicBarrier start) throws Exception {
            start.await();
            for (int i = 0; i < REPEATS; i++) {
                repeat.run();
            }
            List<float[]> values = new ArrayList<>();
            for (NdArray sum : sums) {
                float[] host = new float[ROWS * ROWS];
                cuda.download(sum, host);
                values.add(host);
            }
            return values;
        }

        @Override
        public void close() {
            recorder.close();
            sums.forEach(sum -> sum.memory().release());
            a.memory().release();
            b.memory().release();
        }
    }

    private List<float[]> results(int seed, Precision precision, CyclicBarrier start) throws Exception {
        try (Work work = new Work(seed, precision)) {
            return work.sums(start);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"FLOAT32", "BFLOAT16"})
    void twoAtOnceGiveTheBitsOfEachAlone(Precision precision) throws Exception {
        List<List<float[]>> alone =
                List.of(results(1, precision, new CyclicBarrier(1)), results(2, precision, new CyclicBarrier(1)));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        CyclicBarrier start = new CyclicBarrier(2);
        try {
            List<Future<List<float[]>>> made = new ArrayList<>();
            for (int seed = 1; seed <= 2; seed++) {
                int which = seed;
                made.add(threads.submit(() -> results(which, precision, start)));
            }
            for (int of = 0; of < 2; of++) {
                List<float[]> together = made.get(of).get();
                for (int i = 0; i < PRODUCTS; i++) {
                    assertThat(together.get(i))
                            .as("sum %d of recorder %d", i, of)
                            .isEqualTo(alone.get(of).get(i));
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** What recorded products need is counted while the recorder is open: at most a workspace for each lane. */
    @Test
    void workspacesAreCountedAndGivenBack() throws Exception {
        long before = liveBytes();
        long lanes = Math.max(1, Integer.getInteger("semblance.cuda.lanes", 8));
        try (Work work = new Work(3, Precision.FLOAT32)) {
            long held = liveBytes() - before;
            long arrays = 2L * ROWS * TERMS * Float.BYTES + (long) PRODUCTS * ROWS * ROWS * Float.BYTES;
            assertThat(held - arrays).isBetween(Products.WORKSPACE, (lanes + 4) * Products.WORKSPACE);
            work.sums(new CyclicBarrier(1));
            assertThat(liveBytes() - before).isEqualTo(held);
        }
        assertThat(liveBytes()).isEqualTo(before);
    }

    @Test
    void whatARecordingLeftIsFreedThoughSomethingFailsBetween() {
        long before = liveBytes();
        NdArray first = allocated(ROWS);
        NdArray second = allocated(ROWS);
        IllegalStateException failure = new IllegalStateException("between");
        try (Recorder recorder = cuda.recorder()) {
            assertThatThrownBy(() -> recorder.record(() -> {
                        first.memory().release();
                        Objects.requireNonNull(Recording.current()).afterwards(() -> {
                            throw failure;
                        });
                        second.memory().release();
                    }))
                    .isSameAs(failure);
        }
        assertThat(liveBytes()).isEqualTo(before);
    }
}

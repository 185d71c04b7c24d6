package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.semblance.array.HostArray;
import org.semblance.array.NdArray;
import org.semblance.backend.Precision;
import org.semblance.backend.Unary;
import org.semblance.networks.Networks;
import org.semblance.networks.RandomSource;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGan2Generator;

/** Several threads, each with a stream of its own, and arrays that go from one to the other. */
class CudaThreadsTest extends GpuTest {
    private static final GeneratorConfig CONFIG = GeneratorConfig.standard(32, 2048, 64);
    private static final int SIDE = 2048;

    private final ExecutorService one = Executors.newSingleThreadExecutor();
    private final ExecutorService other = Executors.newSingleThreadExecutor();

    @AfterEach
    void endThreads() {
        one.shutdown();
        other.shutdown();
    }

    /** More threads than streams, pictures and gradients of one network. */
    @ParameterizedTest
    @EnumSource
    void manyThreadsGetTheBitsOfOne(Precision precision) throws Exception {
        ExecutorService crowd = Executors.newFixedThreadPool(12);
        try (StyleGan2Generator g = StyleGan2Generator.load(CONFIG, new RandomSource(7), device, false)) {
            List<float[]> expected = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                expected.addAll(results(g, i, precision));
            }
            List<Callable<List<float[]>>> tasks = new ArrayList<>();
            for (int i = 0; i < 48; i++) {
                int seed = i % 4;
                tasks.add(() -> results(g, seed, precision));
            }
            List<Future<List<float[]>>> made = crowd.invokeAll(tasks);
            for (int i = 0; i < made.size(); i++) {
                assertThat(made.get(i).get().get(0)).isEqualTo(expected.get(i % 4 * 2));
                assertThat(made.get(i).get().get(1)).isEqualTo(expected.get(i % 4 * 2 + 1));
            }
        } finally {
            crowd.shutdownNow();
        }
    }

    private List<float[]> results(StyleGan2Generator g, int seed, Precision precision) {
        int r = CONFIG.resolution();
        HostArray ws = Networks.normal(seed, 2, CONFIG.numWs(), CONFIG.wDim());
        HostArray dImage = Networks.normal(seed + 10, 2, 3, r, r);
        HostArray image = Networks.run(device, ws, w -> g.synthesise(w, Noise.constant(), precision));
        HostArray gradient = Networks.gradient(device, ws, dImage, w -> g.synthesise(w, Noise.random(seed), precision));
        return List.of(image.data(), gradient.data());
    }

    @Test
    void whatOneThreadMakesAnotherReadsWhenItIsDone() throws Exception {
        NdArray x = filled(3);
        NdArray y = filled(0);
        twiceLater(x, y);
        assertThat(other.submit(() -> host(y)).get()).containsOnly(6);
        release(x, y);
    }

    @Test
    void whatOneThreadReadsAnotherDoesNotOverwriteBefore() throws Exception {
        NdArray x = filled(3);
        NdArray y = filled(0);
        twiceLater(x, y);
        other.submit(() -> cuda.fill(x, 100)).get();
        assertThat(host(y)).containsOnly(6);
        release(x, y);
    }

    @Test
    void whatOneThreadReadsIsNotGivenToAnotherBefore() throws Exception {
        NdArray x = filled(3);
        NdArray y = filled(0);
        twiceLater(x, y);
        release(x);
        List<NdArray> others = List.of(filled(100), filled(100), filled(100), filled(100));
        assertThat(host(y)).containsOnly(6);
        release(others.toArray(new NdArray[0]));
        release(y);
    }

    /**
     * Half a second of work on one stream; a call on the other takes far less. On a GPU that others use too the work may
     * be over before the call begins, but not in all of ten attempts; whoever waited would always come after it.
     */
    @Test
    void aThreadDoesNotWaitForAnothersWork() throws Exception {
        NdArray x = filled(3);
        NdArray y = filled(0);
        boolean overtaken = false;
        for (int attempt = 0; attempt < 10 && !overtaken; attempt++) {
            assertThat(other.submit(() -> host(x)).get()).containsOnly(3);
            Future<float[]> slow = one.submit(() -> {
                keepBusy(1500);
                twice(x, y);
                return host(y);
            });
            assertThat(other.submit(() -> host(x)).get()).containsOnly(3);
            overtaken = !slow.isDone();
            assertThat(slow.get()).containsOnly(6);
        }
        release(x, y);
        assertThat(overtaken).isTrue();
    }

    /** One thread queues y = 2 x behind work that takes longer than whoever asks for y. */
    private void twiceLater(NdArray x, NdArray y) throws Exception {
        one.submit(() -> {
                    keepBusy(40);
                    twice(x, y);
                })
                .get();
    }

    /** Queues products of some 0.3 ms each. */
    private void keepBusy(int products) {
        NdArray a = allocated(SIDE, SIDE);
        NdArray b = allocated(SIDE, SIDE);
        cuda.fill(a, 0);
        for (int i = 0; i < products; i++) {
            cuda.matmul(a, false, a, false, b);
        }
        release(a, b);
    }

    private void twice(NdArray x, NdArray y) {
        cuda.unary(new Unary(Unary.Kind.AFFINE, 2, 0), x, y);
    }

    private NdArray filled(float value) {
        NdArray x = allocated(SIDE, SIDE);
        cuda.fill(x, value);
        return x;
    }
}

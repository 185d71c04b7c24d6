package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
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
     * One thread queues half a second of work, whose end an event marks; then another makes a call, and the event may
     * not have passed when it is back. A call that waits for that work comes after the event in every attempt, so it
     * fails. One that does not has some 200 products or more to overtake; others on the same GPU hold up both, so it is
     * first in one of three attempts. Only the device's order decides: not the time that a result takes to the host,
     * nor when the first thread goes on.
     */
    @Test
    void aThreadDoesNotWaitForAnothersWork() throws Exception {
        NdArray x = array(new float[] {3}, 1);
        NdArray y = array(new float[] {0}, 1);
        assertThat(other.submit(() -> host(x)).get()).containsOnly(3);
        CUevent end = new CUevent();
        Driver.check("cuEventCreate", JCudaDriver.cuEventCreate(end, CUevent_flags.CU_EVENT_DISABLE_TIMING));
        boolean overtaken = false;
        try (Ending ending = () -> Driver.check("cuEventDestroy", JCudaDriver.cuEventDestroy(end))) {
            for (int attempt = 0; attempt < 3 && !overtaken; attempt++) {
                one.submit(() -> {
                            keepBusy(1500);
                            twice(x, y);
                            mark(end);
                        })
                        .get();
                overtaken = other.submit(() -> {
                            float[] read = host(x);
                            boolean ahead = isAhead(end);
                            assertThat(read).containsOnly(3);
                            return ahead;
                        })
                        .get();
                assertThat(host(y)).containsOnly(6);
            }
        }
        release(x, y);
        assertThat(overtaken).isTrue();
    }

    /** Has the event pass when all is done that the calling thread queued. */
    private void mark(CUevent event) {
        Driver driver = ((CudaBackend) cuda).driver();
        driver.run(() -> Driver.check("cuEventRecord", JCudaDriver.cuEventRecord(event, driver.stream())));
    }

    /** Whether the event has not passed yet. */
    private static boolean isAhead(CUevent event) {
        int code = JCudaDriver.cuEventQuery(event);
        if (code != CUresult.CUDA_ERROR_NOT_READY) {
            Driver.check("cuEventQuery", code);
        }
        return code == CUresult.CUDA_ERROR_NOT_READY;
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

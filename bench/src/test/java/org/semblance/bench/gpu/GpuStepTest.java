package org.semblance.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.backend.Recorder;
import org.semblance.training.StepLosses;

/** Steps of the paper on a GPU: recorded or not they are the same, and bfloat16 stays near float32. */
@Tag("gpu")
class GpuStepTest {
    private static final int BATCH = 2;
    /** The schedule twice and a little: each kind of step anew, recorded, and repeated. */
    private static final int STEPS = 14;

    private final Device device = Device.cuda();

    private float[] trained(Precision precision, Recorder recorder) throws Exception {
        return trained(BATCH, precision, recorder);
    }

    private float[] trained(int batch, Precision precision, Recorder recorder) throws Exception {
        try (PaperStep step = new PaperStep(device, batch, precision, recorder)) {
            for (int i = 0; i < STEPS; i++) {
                step.run();
            }
            return step.parameters();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"FLOAT32", "BFLOAT16"})
    void repeatedStepsAreThoseDoneAnewBitForBit(Precision precision) throws Exception {
        float[] anew = trained(precision, work -> work);
        float[] repeated = trained(precision, device.backend().recorder());

        assertThat(Arrays.equals(anew, repeated)).isTrue();
        assertThat(anew).doesNotContain(Float.NaN);
    }

    /** Runs of different sizes, each with a recorder of its own, whose graphs run over the same lanes. */
    @Test
    void twoRunsAtOnceHaveTheBitsOfEachAlone() throws Exception {
        List<float[]> alone = new ArrayList<>();
        for (int batch = BATCH; batch < BATCH + 2; batch++) {
            alone.add(trained(batch, Precision.BFLOAT16, device.backend().recorder()));
        }
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<float[]>> together = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                int batch = BATCH + i;
                together.add(threads.submit(() ->
                        trained(batch, Precision.BFLOAT16, device.backend().recorder())));
            }
            for (int i = 0; i < 2; i++) {
                assertThat(Arrays.equals(together.get(i).get(), alone.get(i)))
                        .as("the run with batches of %d", BATCH + i)
                        .isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(device.backend().counters().liveBytes()).isZero();
    }

    private StepLosses first(Precision precision) throws Exception {
        try (PaperStep step = new PaperStep(device, BATCH, precision, work -> work)) {
            step.run();
            return step.losses();
        }
    }

    @Test
    void bfloat16StaysNearFloat32() throws Exception {
        StepLosses exact = first(Precision.FLOAT32);
        StepLosses rounded = first(Precision.BFLOAT16);

        assertThat(rounded.total()).isCloseTo(exact.total(), Percentage.withPercentage(3));
        assertThat(rounded.adversarial()).isCloseTo(exact.adversarial(), Percentage.withPercentage(3));
        assertThat(rounded.penalty()).isCloseTo(exact.penalty(), Percentage.withPercentage(1));
        assertThat(rounded.norm()).isCloseTo(exact.norm(), Percentage.withPercentage(10));
    }

    @Test
    void memoryIsFlatWhileStepsRepeat() throws Exception {
        try (PaperStep step = new PaperStep(
                device, BATCH, Precision.BFLOAT16, device.backend().recorder())) {
            for (int i = 0; i < STEPS; i++) {
                step.run();
            }
            long before = device.backend().counters().liveBytes();
            long allocations = device.backend().counters().allocations();
            for (int i = 0; i < STEPS; i++) {
                step.run();
            }

            assertThat(device.backend().counters().liveBytes()).isEqualTo(before);
            assertThat(device.backend().counters().allocations()).isEqualTo(allocations);
        }
        assertThat(device.backend().counters().liveBytes()).isZero();
    }
}

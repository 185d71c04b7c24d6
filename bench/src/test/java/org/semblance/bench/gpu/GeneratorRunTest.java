package org.semblance.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.bench.Clock;
import org.semblance.bench.RandomGenerator;
import org.semblance.networks.stylegan2.StyleGan2Generator;

/** The work that is timed, on the CPU. */
class GeneratorRunTest {
    private final Device cpu = Device.cpu();
    private final long before = cpu.backend().counters().liveBytes();
    private final StyleGan2Generator generator =
            StyleGan2Generator.load(GpuSoakMain.config("small"), new RandomGenerator(), cpu, false);

    @AfterEach
    void nothingIsLeft() {
        generator.close();
        assertThat(cpu.backend().counters().liveBytes()).isEqualTo(before);
    }

    @Test
    void forwardGivesPicturesAndBackwardAGradientOfTheCodes() {
        try (GeneratorRun forward = new GeneratorRun(generator, cpu, 2, false, Precision.FLOAT32);
                GeneratorRun backward = new GeneratorRun(generator, cpu, 2, true, Precision.FLOAT32)) {
            assertThat(forward.onHost(Precision.FLOAT32).shape().dims()).containsExactly(2, 3, 32, 32);
            assertThat(forward.pixels()).hasSize(2 * 32 * 32 * 3);
            assertThat(forward.error()).isZero();
            HostArray gradient = backward.onHost(Precision.FLOAT32);
            assertThat(gradient.shape().dims()).containsExactly(2, 8, 512);
            assertThat(gradient.data()).doesNotContain(Float.NaN);
            Clock.Times times = Clock.of(cpu).measure(backward::run, 0.01);
            assertThat(times.device().count()).isGreaterThanOrEqualTo(20);
            assertThat(times.queued().median())
                    .isPositive()
                    .isLessThanOrEqualTo(times.done().median());
        }
    }

    @Test
    void aPrecisionThatIsNotThereIsSaid() {
        assertThatThrownBy(() -> new GeneratorRun(generator, cpu, 1, false, Precision.FLOAT16))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("cpu");
    }

    @Test
    void distanceIsRelative() {
        HostArray a = HostArray.of(new float[] {3, 4}, 2);
        HostArray b = HostArray.of(new float[] {3, 5}, 2);
        assertThat(GeneratorRun.distance(b, a)).isEqualTo(0.2);
        assertThatThrownBy(() -> GeneratorRun.distance(a, HostArray.of(new float[1], 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

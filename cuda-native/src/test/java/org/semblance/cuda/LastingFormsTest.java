package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Precision;
import org.semblance.backend.Recorder;

/** Forms of constants, which recorded work reads, and what is given back while work is recorded. */
class LastingFormsTest extends GpuTest {
    private final Random random = new Random(11);
    private final List<NdArray> all = new ArrayList<>();

    @AfterEach
    void releaseAll() {
        release(all.toArray(new NdArray[0]));
    }

    private NdArray filled(int... dims) {
        NdArray x = normal(random, dims);
        all.add(x);
        return x;
    }

    private void rounded(Runnable work) {
        cuda.rounding(Precision.BFLOAT16, () -> {
            work.run();
            return true;
        });
    }

    /**
     * The same weights are of 16 outputs with 8 inputs, and of 8 with 16: the form of the one is not that of the other.
     */
    @Test
    void aConstantInTwoShapesKeepsTheFirst() {
        NdArray w = filled(16, 8, 3, 3);
        cuda.seal(w);
        NdArray v = new NdArray(Shape.of(8, 16, 3, 3), w.dtype(), w.layout(), w.memory());
        NdArray x = filled(2, 8, 9, 9);
        NdArray wide = filled(2, 16, 9, 9);
        NdArray narrow = filled(2, 8, 9, 9);
        Runnable both = () -> {
            cuda.conv2d(ConvSpec.of(1, 1), x, w, wide);
            cuda.conv2d(ConvSpec.of(1, 1), wide, v, narrow);
            cuda.conv2d(ConvSpec.of(1, 1), narrow, w, wide);
        };
        rounded(both);
        List<float[]> expected = List.of(host(wide), host(narrow));
        HalfForm form = DevicePool.memory(w).half();
        try (Recorder recorder = cuda.recorder()) {
            Runnable repeat = recorder.record(() -> rounded(both));
            for (int run = 0; run < 3; run++) {
                cuda.fill(wide, 0);
                cuda.fill(narrow, 0);
                repeat.run();
                assertThat(host(wide)).isEqualTo(expected.get(0));
                assertThat(host(narrow)).isEqualTo(expected.get(1));
                rounded(() -> cuda.conv2d(ConvSpec.of(1, 1), wide, v, narrow));
            }
        }
        assertThat(DevicePool.memory(w).half()).isSameAs(form);
    }

    /** It is given back once, after what is recorded, and not by each replay. */
    @Test
    void whatIsReleasedWhileRecordingIsNoPartOfTheGraph() {
        NdArray x = filled(1000);
        NdArray other = allocated(1 << 20);
        cuda.fill(other, 5);
        long live = cuda.counters().liveBytes();
        try (Recorder recorder = cuda.recorder()) {
            Runnable repeat = recorder.record(() -> {
                cuda.fill(x, 3);
                other.memory().release();
            });
            assertThat(cuda.counters().liveBytes())
                    .isEqualTo(live - other.memory().bytes());
            for (int run = 0; run < 3; run++) {
                cuda.fill(x, 0);
                repeat.run();
                assertThat(host(x)).containsOnly(3);
            }
        }
    }
}

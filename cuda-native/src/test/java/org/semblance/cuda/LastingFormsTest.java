package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.semblance.array.DType;
import org.semblance.array.Layout;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.Backend;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.backend.Recorder;

/** Forms of constants, which recorded work reads, and what is given back while work is recorded. */
@Tag("gpu")
class LastingFormsTest {
    private final Random random = new Random(11);
    private final List<NdArray> all = new ArrayList<>();
    private Backend cuda;
    private long before;

    @BeforeEach
    void needsAGpu() {
        List<String> reasons = Prerequisites.missing(0);
        assumeTrue(reasons.isEmpty(), () -> "no CUDA here: " + reasons);
        cuda = Device.cuda().backend();
        before = cuda.counters().liveBytes();
    }

    @AfterEach
    void nothingIsHeld() {
        if (cuda != null) {
            all.forEach(x -> x.memory().release());
            assertThat(cuda.counters().liveBytes()).isEqualTo(before);
        }
    }

    private NdArray filled(int... dims) {
        NdArray x = cuda.allocate(Shape.of(dims), DType.F32, Layout.PLAIN);
        all.add(x);
        float[] values = new float[x.shape().intCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        cuda.upload(values, x);
        return x;
    }

    private float[] host(NdArray x) {
        float[] values = new float[x.shape().intCount()];
        cuda.download(x, values);
        return values;
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
        NdArray other = cuda.allocate(Shape.of(1 << 20), DType.F32, Layout.PLAIN);
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

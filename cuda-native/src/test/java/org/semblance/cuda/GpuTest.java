package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.array.Layout;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.Backend;
import org.semblance.backend.Device;
import org.semblance.networks.Networks;

/** Tests on the first GPU that leave nothing on it; without one they are skipped. */
@Tag("gpu")
abstract class GpuTest {
    Device device;
    Backend cuda;
    private long before;

    /** The first GPU; without one the test is skipped. */
    static Device assumed() {
        List<String> reasons = Prerequisites.missing(0);
        assumeTrue(reasons.isEmpty(), () -> "no CUDA here: " + reasons);
        return Device.cuda();
    }

    @BeforeEach
    final void needsAGpu() {
        device = assumed();
        cuda = device.backend();
        before = liveBytes();
    }

    @AfterEach
    final void nothingIsHeld() {
        if (device != null) {
            assertThat(liveBytes()).as("bytes held after the test").isEqualTo(before);
        }
    }

    final long liveBytes() {
        return cuda.counters().liveBytes();
    }

    final NdArray allocated(int... dims) {
        return cuda.allocate(Shape.of(dims), DType.F32, Layout.PLAIN);
    }

    final NdArray array(float[] values, int... dims) {
        NdArray x = allocated(dims);
        cuda.upload(values, x);
        return x;
    }

    final NdArray normal(Random random, int... dims) {
        return array(normal(random, Shape.of(dims).intCount()), dims);
    }

    static float[] normal(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    final float[] host(NdArray x) {
        float[] values = new float[x.shape().intCount()];
        cuda.download(x, values);
        return values;
    }

    static void release(NdArray... arrays) {
        for (NdArray x : arrays) {
            x.memory().release();
        }
    }

    /** Relative, in L2. */
    static double distance(float[] actual, float[] expected) {
        return Networks.relativeL2(HostArray.of(actual, actual.length), HostArray.of(expected, expected.length));
    }
}

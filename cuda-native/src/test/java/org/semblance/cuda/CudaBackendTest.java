package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.array.Layout;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.BackendException;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Counters;
import org.semblance.backend.Unary;
import org.semblance.networks.Networks;

class CudaBackendTest extends GpuTest {
    @Test
    void describesTheDevice() {
        assertThat(cuda.description()).matches(".+, CUDA \\d+\\.\\d+, cuDNN 9\\.\\d+\\.\\d+");
    }

    @Test
    void arraysLargerThanThePinnedBuffersTravelWhole() {
        float[] values = random(5_000_001);
        NdArray x = array(values, values.length);
        assertThat(host(x)).isEqualTo(values);
        x.memory().release();
    }

    @Test
    void outOfMemoryIsAnErrorAndASmallerArrayStillFits() {
        long before = liveBytes();
        Shape huge = Shape.of(1 << 20, 1 << 20);
        assertThatThrownBy(() -> cuda.allocate(huge, DType.F32, Layout.PLAIN))
                .isInstanceOf(BackendException.class)
                .hasMessageStartingWith("cuda: out of memory: " + (1L << 42) + " bytes were asked for");
        NdArray small = array(random(1000), 1000);
        assertThat(host(small)).hasSize(1000);
        small.memory().release();
        assertThat(liveBytes()).isEqualTo(before);
    }

    @Test
    void theSameConvolutionGivesTheSameBits() {
        NdArray x = array(random(2 * 16 * 33 * 35), 2, 16, 33, 35);
        NdArray dy = array(random(2 * 24 * 17 * 18), 2, 24, 17, 18);
        ConvSpec spec = ConvSpec.of(2, 1);
        float[] first = weightGradient(spec, x, dy);
        assertThat(weightGradient(spec, x, dy)).isEqualTo(first);
        x.memory().release();
        dy.memory().release();
    }

    private float[] weightGradient(ConvSpec spec, NdArray x, NdArray dy) {
        NdArray dw = allocated(24, 16, 3, 3);
        cuda.conv2dWeightGrad(spec, x, dy, dw);
        float[] values = host(dw);
        dw.memory().release();
        return values;
    }

    /** The last two are beyond what is computed in double precision. */
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "64, 64, 64", "3, 5, 31", "64, 64, 65", "65, 7, 40"})
    void productsAreThoseOfPlainLoops(int m, int n, int k) {
        for (int transposes = 0; transposes < 4; transposes++) {
            boolean left = transposes % 2 == 1;
            boolean right = transposes / 2 == 1;
            NdArray a = left ? array(random(k * m), k, m) : array(random(m * k), m, k);
            NdArray b = right ? array(random(n * k), n, k) : array(random(k * n), k, n);
            NdArray y = allocated(m, n);
            cuda.matmul(a, left, b, right, y);
            float[] expected = product(a, left, b, right, k, y.shape());
            assertThat(Networks.relativeL2(HostArray.of(host(y), m, n), HostArray.of(expected, m, n)))
                    .isLessThanOrEqualTo(1e-6);
            List.of(a, b, y).forEach(x -> x.memory().release());
        }
    }

    private float[] product(NdArray a, boolean left, NdArray b, boolean right, int k, Shape result) {
        float[] as = host(a);
        float[] bs = host(b);
        int m = result.dim(0);
        int n = result.dim(1);
        float[] y = new float[m * n];
        for (int i = 0; i < y.length; i++) {
            double sum = 0;
            for (int l = 0; l < k; l++) {
                sum += (double) as[left ? l * m + i / n : i / n * k + l] * bs[right ? i % n * k + l : l * n + i % n];
            }
            y[i] = (float) sum;
        }
        return y;
    }

    @Test
    void productsOfNoTermsAreZero() {
        for (int rows : new int[] {2, 100}) {
            NdArray a = allocated(rows, 0);
            NdArray b = allocated(0, 3);
            NdArray y = array(random(rows * 3), rows, 3);
            cuda.matmul(a, false, b, false, y);
            assertThat(host(y)).containsOnly(0);
            List.of(a, b, y).forEach(x -> x.memory().release());
        }
    }

    /** A batch is cut in other ways by other callers, who want the same of it. */
    @Test
    void rowsOfSmallProductsDoNotDependOnTheirCompany() {
        NdArray all = array(random(9 * 50), 9, 50);
        NdArray one = array(Arrays.copyOfRange(random(9 * 50), 100, 150), 1, 50);
        NdArray b = array(random(50 * 30), 50, 30);
        NdArray rows = allocated(9, 30);
        NdArray row = allocated(1, 30);
        cuda.matmul(all, false, b, false, rows);
        cuda.matmul(one, false, b, false, row);
        assertThat(host(row)).isEqualTo(Arrays.copyOfRange(host(rows), 60, 90));
        List.of(all, one, b, rows, row).forEach(x -> x.memory().release());
    }

    @Test
    void plansAreBuiltOncePerShapeAndCallsAreCounted() {
        NdArray x = array(random(3 * 20 * 20), 1, 3, 20, 20);
        NdArray w = array(random(5 * 3 * 9), 5, 3, 3, 3);
        NdArray y = allocated(1, 5, 20, 20);
        cuda.conv2d(ConvSpec.padded(1), x, w, y);
        Counters before = cuda.counters();
        cuda.conv2d(ConvSpec.padded(1), x, w, y);
        cuda.unary(Unary.of(Unary.Kind.ABS), y, y);
        Counters since = cuda.counters().since(before);
        assertThat(since.primitivesCreated()).isZero();
        assertThat(since.nativeCalls()).isEqualTo(2);
        List.of(x, w, y).forEach(a -> a.memory().release());
    }

    @Test
    void threadsMayShareTheDevice() {
        IntStream.range(0, 64).parallel().forEach(i -> {
            NdArray x = array(random(10_000), 10_000);
            cuda.unary(new Unary(Unary.Kind.AFFINE, 0, i), x, x);
            assertThat(host(x)).containsOnly((float) i);
            x.memory().release();
        });
    }

    /** Of 75 bytes: the flag behind them stands a little further. */
    @Test
    void picturesOfOddSizes() {
        float[] values = random(75);
        NdArray image = array(values, 1, 3, 5, 5);
        byte[] rgb = new byte[75];
        cuda.pixels(image, rgb);
        for (int i = 0; i < 75; i++) {
            float level = values[i % 3 * 25 + i / 3] * 127.5f + 128f;
            assertThat(rgb[i] & 255).isEqualTo((int) Math.max(0, Math.min(255, Math.floor(level))));
        }
        values[74] = Float.NaN;
        cuda.upload(values, image);
        assertThatThrownBy(() -> cuda.pixels(image, rgb)).hasMessageContaining("finite");
        image.memory().release();
    }

    @Test
    void refusedArgumentsNameTheFunctionAndTheRule() {
        NdArray x = array(random(81), 1, 1, 9, 9);
        assertThatThrownBy(() -> Kernels.check(
                        "smb_unary", SemblanceKernels.smb_unary(0, 13, 0, 0, 1, x.address(), x.address())))
                .isInstanceOf(BackendException.class)
                .hasMessage("cuda: semblance_kernels: smb_unary failed with -1 (smb_unary: f must be in [0, 12])");
        x.memory().release();
    }

    private static float[] random(int n) {
        return normal(new Random(n), n);
    }
}

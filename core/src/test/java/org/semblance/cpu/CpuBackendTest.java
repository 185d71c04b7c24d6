package org.semblance.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.array.Layout;
import org.semblance.array.Shape;
import org.semblance.backend.Backend;
import org.semblance.backend.BackendException;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Counters;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.networks.Networks;
import org.semblance.ops.Conv2d;
import org.semblance.ops.Layouts;
import org.semblance.ops.MatMul;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** Counts, seals and limits of the backend. */
@ExtendWith(NoLeaks.class)
class CpuBackendTest {
    private static final ConvSpec SPEC = ConvSpec.padded(1);

    private final Device device = Device.cpu();
    private final Backend backend = device.backend();

    @Test
    void countsWhatItDoes() {
        device.run(() -> {
            try (Scope scope = Scope.open("test")) {
                Counters before = backend.counters();
                backend.resetPeak();
                try (Scope inner = Scope.open("inner")) {
                    Tensor.zeros(device, Shape.of(1000));
                    Tensor.zeros(device, Shape.of(500));
                }
                Counters after = backend.counters().since(before);
                assertThat(after.liveBytes()).isEqualTo(before.liveBytes());
                assertThat(after.peakBytes()).isEqualTo(before.liveBytes() + 6000);
                assertThat(after.allocations()).isEqualTo(2);
                assertThat(after.primitivesCreated()).isZero();
            }
        });
    }

    /** Beside its output a convolution with sealed weights takes nothing the second time, and makes no primitive. */
    @Test
    void sealedWeightsAreReorderedOnce() {
        device.run(() -> {
            try (Scope scope = Scope.open("test")) {
                Tensor x = image(1, 16);
                Tensor w = weights(2);
                backend.seal(w.array());
                Conv2d.of(x, w, SPEC).toHost();
                Counters before = backend.counters();
                HostArray first = Conv2d.of(x, w, SPEC).toHost();
                Counters one = backend.counters().since(before);
                before = backend.counters();
                HostArray second = Conv2d.of(x, w, SPEC).toHost();
                Counters other = backend.counters().since(before);
                assertThat(one.primitivesCreated()).isZero();
                assertThat(other.primitivesCreated()).isZero();
                assertThat(other.allocations()).isEqualTo(one.allocations());
                assertThat(second.data()).isEqualTo(first.data());
            }
        });
        assertThat(arraysOfOneConvolution(true)).isEqualTo(1);
        assertThat(arraysOfOneConvolution(false)).isEqualTo(2);
    }

    private long arraysOfOneConvolution(boolean sealed) {
        return device.call(() -> {
            try (Scope scope = Scope.open("test")) {
                Tensor x = image(1, 16);
                Tensor w = weights(2);
                if (sealed) {
                    backend.seal(w.array());
                }
                Conv2d.of(x, w, SPEC);
                Counters before = backend.counters();
                Conv2d.of(x, w, SPEC);
                return backend.counters().since(before).allocations();
            }
        });
    }

    /** Of all that one shape needs nothing is made again for another call, but for another shape. */
    @Test
    void primitivesAreMadeOncePerShape() {
        device.run(() -> {
            try (Scope scope = Scope.open("test")) {
                Tensor w = weights(3);
                Conv2d.of(image(1, 37), w, SPEC);
                Counters before = backend.counters();
                Conv2d.of(image(2, 37), w, SPEC);
                assertThat(backend.counters().since(before).primitivesCreated()).isZero();
                Conv2d.of(image(2, 39), w, SPEC);
                assertThat(backend.counters().since(before).primitivesCreated()).isPositive();
            }
        });
    }

    /** A write forgets the seal: what follows computes with the new values. */
    @Test
    void writingBreaksTheSeal() {
        HostArray one = Networks.normal(2, 32, 32, 3, 3);
        HostArray two = Networks.normal(3, 32, 32, 3, 3);
        HostArray x = Networks.normal(1, 1, 32, 8, 8);
        HostArray expected = Networks.run(device, x, t -> Conv2d.of(t, Tensor.of(device, two), SPEC));
        HostArray actual = Networks.run(device, x, t -> {
            Tensor w = Tensor.of(device, one);
            backend.seal(w.array());
            Conv2d.of(t, w, SPEC);
            backend.upload(two.data(), w.array());
            return Conv2d.of(t, w, SPEC);
        });
        assertThat(actual.data()).isEqualTo(expected.data());
    }

    /** One reordered copy serves all sizes of images whose primitives agree on the order. */
    @Test
    void sizesShareOneReorderedCopy() {
        long before = NoLeaks.liveBytes();
        device.run(() -> {
            try (Scope scope = Scope.open("test")) {
                Tensor w = weights(2);
                backend.seal(w.array());
                for (int size : new int[] {8, 16, 32, 64}) {
                    try (Scope inner = Scope.open("inner")) {
                        Conv2d.of(image(1, size), w, SPEC);
                    }
                }
                long copies = (NoLeaks.liveBytes() - before) / w.array().bytes() - 1;
                assertThat(copies).isBetween(1L, 2L);
            }
        });
    }

    /** Bit for bit, or results would depend on what goes through a network together. */
    @ParameterizedTest
    @CsvSource({"768, 2048", "2048, 1024", "512, 128", "256, 3", "6144, 256", "33, 17"})
    void aRowDoesNotDependOnItsCompany(int in, int out) {
        HostArray w = Networks.normal(1, out, in);
        HostArray x = Networks.normal(2, 9, in);
        HostArray all = product(x, w, false);
        HostArray few = product(new HostArray(x.shape().with(0, 8), Arrays.copyOf(x.data(), 8 * in)), w, true);
        for (int n = 1; n < 9; n++) {
            HostArray some = new HostArray(x.shape().with(0, n), Arrays.copyOf(x.data(), n * in));
            assertThat(product(some, w, false).data()).as(n + " rows").isEqualTo(Arrays.copyOf(all.data(), n * out));
            float[] kept = product(some, w, true).data();
            assertThat(kept).as(n + " rows, kept weights").isEqualTo(Arrays.copyOf(few.data(), n * out));
            assertThat(kept)
                    .as(n + " rows, kept weights")
                    .usingComparatorWithPrecision(1e-3f)
                    .containsExactly(Arrays.copyOf(all.data(), n * out));
        }
    }

    private HostArray product(HostArray x, HostArray w, boolean kept) {
        return Networks.run(device, x, t -> {
            Tensor weights = Tensor.of(device, w);
            if (kept) {
                backend.seal(weights.array());
            }
            return MatMul.of(t, false, weights, true);
        });
    }

    @ParameterizedTest
    @CsvSource({"3, 32, 64, 3", "256, 256, 4, 3", "128, 128, 32, 3", "128, 3, 32, 1", "64, 32, 16, 1"})
    void anImageDoesNotDependOnItsCompany(int in, int out, int size, int kernel) {
        HostArray w = Networks.normal(1, out, in, kernel, kernel);
        HostArray x = Networks.normal(2, 5, in, size, size);
        HostArray all = convolution(x, w);
        for (int i = 0; i < 5; i++) {
            assertThat(convolution(Networks.row(x, i), w).data())
                    .isEqualTo(Networks.row(all, i).data());
        }
    }

    private HostArray convolution(HostArray x, HostArray w) {
        ConvSpec spec = ConvSpec.padded(w.shape().dim(2) / 2);
        return Networks.run(device, x, t -> Conv2d.of(t, Tensor.of(device, w), spec));
    }

    @Test
    void arraysAboveTwoGibibytesAreRefused() {
        long before = NoLeaks.liveBytes();
        device.run(() -> {
            try (Scope scope = Scope.open("test")) {
                assertThatExceptionOfType(BackendException.class)
                        .isThrownBy(() -> Tensor.empty(device, Shape.of(1 << 15, 1 << 14)))
                        .withMessageContaining("up to 2 GiB, got 2147483648 bytes");
                assertThat(scope.size()).isZero();
            }
        });
        assertThat(NoLeaks.liveBytes()).isEqualTo(before);
    }

    @Test
    void onlyFloat32IsComputedWith() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> backend.allocate(Shape.of(3), DType.F16, Layout.PLAIN))
                .withMessage("cpu: arrays are F32, got F16");
    }

    @Test
    void thereIsOneProcessor() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CpuProvider().open(1))
                .withMessage("device: there is one cpu, index 0, got 1");
        assertThat(new CpuProvider().open(0)).isSameAs(backend);
    }

    private Tensor image(long seed, int size) {
        Tensor plain = Tensor.of(device, Networks.normal(seed, 1, 32, size, size));
        return Layouts.to(plain, backend.imageLayout());
    }

    private Tensor weights(long seed) {
        return Tensor.of(device, Networks.normal(seed, 32, 32, 3, 3));
    }
}

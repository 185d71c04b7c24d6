package org.semblance.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Device;
import org.semblance.contract.Loops;
import org.semblance.contract.NoLeaks;
import org.semblance.networks.Networks;
import org.semblance.ops.Conv2d;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * Random geometries: strides, groups, dilations, padding that differs on every side, windows that leave rows over.
 * Forward is compared with plain loops in double precision, and each gradient by its inner products with them:
 * {@code <conv(x, w), dy> = <x, dataGrad(dy, w)> = <w, weightGrad(x, dy)>} for a basis of random vectors.
 */
@ExtendWith(NoLeaks.class)
class ConvolutionsTest {
    private static final int CASES = 40;

    private final Device device = Device.cpu();

    private record Case(ConvSpec spec, HostArray x, HostArray w) {
        static Case random(long seed) {
            SplittableRandom r = new SplittableRandom(seed);
            int groups = r.nextInt(3) == 0 ? 1 + r.nextInt(4) : 1;
            int[] pads = new int[4];
            for (int i = 0; i < 4; i++) {
                pads[i] = r.nextInt(4);
            }
            ConvSpec spec = new ConvSpec(
                    1 + r.nextInt(3),
                    1 + r.nextInt(3),
                    pads[0],
                    pads[1],
                    pads[2],
                    pads[3],
                    1 + r.nextInt(2),
                    1 + r.nextInt(3),
                    groups);
            Shape w = Shape.of(groups * (1 + r.nextInt(9)), 1 + r.nextInt(9), 1 + r.nextInt(4), 1 + r.nextInt(4));
            int leastH = Math.max(1, spec.dilationY() * (w.dim(2) - 1) + 1 - pads[0] - pads[1]);
            int leastW = Math.max(1, spec.dilationX() * (w.dim(3) - 1) + 1 - pads[2] - pads[3]);
            Shape x = Shape.of(1 + r.nextInt(3), groups * w.dim(1), leastH + r.nextInt(10), leastW + r.nextInt(10));
            return new Case(spec, Networks.normal(seed, x.dims()), Networks.normal(-seed, w.dims()));
        }
    }

    /** Sealed weights go another way: reordered once and kept. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void forwardAgreesWithLoops(boolean sealed) {
        for (long seed = 1; seed <= CASES; seed++) {
            Case c = Case.random(seed);
            double[] expected = Loops.conv2d(c.x(), c.w(), c.spec());
            HostArray actual = forward(c, sealed);
            double scale =
                    Math.sqrt(c.w().data().length / (double) c.w().shape().dim(0));
            for (int i = 0; i < expected.length; i++) {
                assertThat(Math.abs(actual.data()[i] - expected[i]))
                        .as(c.spec() + " " + c.x().shape() + " " + c.w().shape() + " at " + i)
                        .isLessThan(2e-6 * scale * 4);
            }
        }
    }

    private HostArray forward(Case c, boolean sealed) {
        return Networks.run(device, c.x(), x -> {
            Tensor w = Tensor.of(device, c.w());
            if (sealed) {
                device.backend().seal(w.array());
                Conv2d.of(x, w, c.spec());
            }
            return Conv2d.of(x, w, c.spec());
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void gradientsAreTransposes(boolean sealed) {
        for (long seed = 1; seed <= CASES; seed++) {
            Case c = Case.random(seed);
            Shape out = c.spec().outShape(c.x().shape(), c.w().shape());
            HostArray dy = Networks.normal(1000 + seed, out.dims());
            HostArray dx = dataGrad(c, dy, sealed);
            HostArray dw = weightGrad(c, dy);
            for (int i = 0; i < 3; i++) {
                HostArray u =
                        Networks.normal(2000 + 10 * seed + i, c.x().shape().dims());
                HostArray v =
                        Networks.normal(3000 + 10 * seed + i, c.w().shape().dims());
                String what = c.spec() + " " + c.x().shape() + " " + c.w().shape();
                close(Networks.dot(dx, u), dot(Loops.conv2d(u, c.w(), c.spec()), dy), dx, u, "x of " + what);
                close(Networks.dot(dw, v), dot(Loops.conv2d(c.x(), v, c.spec()), dy), dw, v, "w of " + what);
            }
        }
    }

    private HostArray dataGrad(Case c, HostArray dy, boolean sealed) {
        return Networks.run(device, dy, g -> {
            Tensor w = Tensor.of(device, c.w());
            if (sealed) {
                device.backend().seal(w.array());
            }
            return Conv2d.dataGrad(
                    g, w, c.spec(), c.x().shape().dim(2), c.x().shape().dim(3));
        });
    }

    /** oneDNN's own kernel for these writes past its scratch memory, which ends the process sooner or later. */
    @ParameterizedTest
    @ValueSource(ints = {4, 8, 15, 16})
    void stridedConvolutionsOfFewChannelsStayWithinTheirMemory(int channels) {
        HostArray x = Networks.normal(channels, 4, channels, 64, 64);
        Case c = new Case(ConvSpec.of(2, 0), x, Networks.normal(-channels, 16, channels, 1, 1));
        HostArray dy = Networks.normal(7, 4, 16, 32, 32);
        for (int times = 0; times < 4; times++) {
            HostArray dw = weightGrad(c, dy);
            double expected = dot(Loops.conv2d(c.x(), c.w(), c.spec()), dy);
            close(Networks.dot(c.w(), dw), expected, c.w(), dw, "channels " + channels);
        }
    }

    private HostArray weightGrad(Case c, HostArray dy) {
        return device.call(() -> {
            try (Scope scope = Scope.open("test")) {
                Tensor x = Tensor.of(device, c.x());
                return Conv2d.weightGrad(x, Tensor.of(device, dy), c.spec(), c.w().shape())
                        .toHost();
            }
        });
    }

    private static double dot(double[] a, HostArray b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b.data()[i];
        }
        return sum;
    }

    private static void close(double actual, double expected, HostArray a, HostArray b, String what) {
        double scale = Math.sqrt(Networks.dot(a, a) * Networks.dot(b, b));
        assertThat(Math.abs(actual - expected)).as(what).isLessThanOrEqualTo(3e-6 * scale);
    }
}

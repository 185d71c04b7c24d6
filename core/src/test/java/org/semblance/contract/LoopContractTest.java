package org.semblance.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.semblance.array.HostArray;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Device;
import org.semblance.backend.Fir;
import org.semblance.backend.PoolSpec;
import org.semblance.backend.Resample;
import org.semblance.ops.Conv2d;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Filter;
import org.semblance.ops.Pool2d;
import org.semblance.ops.ResampleConv2d;
import org.semblance.ops.Shapes;
import org.semblance.ops.Upfirdn2d;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** Random geometries against plain loops. */
@ExtendWith(NoLeaks.class)
class LoopContractTest {
    private static final int ROUNDS = 60;

    private final Device device = TestDevice.get();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void convolutionsEqualLoops(int groups) {
        Random r = new Random(groups);
        for (int round = 0; round < ROUNDS; round++) {
            HostArray x = OpCase.normal(
                    round, 1 + r.nextInt(2), groups * (1 + r.nextInt(3)), 6 + r.nextInt(4), 6 + r.nextInt(4));
            int perGroup = x.shape().dim(1) / groups;
            HostArray w = OpCase.normal(99, groups * (1 + r.nextInt(3)), perGroup, 1 + r.nextInt(3), 1 + r.nextInt(3));
            ConvSpec spec = new ConvSpec(
                    1 + r.nextInt(3),
                    1 + r.nextInt(3),
                    r.nextInt(3),
                    r.nextInt(3),
                    r.nextInt(3),
                    r.nextInt(3),
                    1 + r.nextInt(2),
                    1 + r.nextInt(2),
                    groups);
            check(spec + " " + x.shape() + w.shape(), () -> Conv2d.of(on(x), on(w), spec), Loops.conv2d(x, w, spec));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void resamplingEqualsLoops(long seed) {
        Random r = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            HostArray x = OpCase.normal(round, 1 + r.nextInt(2), 1 + r.nextInt(9), 5 + r.nextInt(5), 5 + r.nextInt(5));
            int fh = 1 + r.nextInt(5);
            int fw = 1 + r.nextInt(5);
            Fir f = new Fir(fh, fw, OpCase.normal(round + 7, fh * fw).data());
            Resample spec = new Resample(
                    1 + r.nextInt(3),
                    1 + r.nextInt(3),
                    1 + r.nextInt(3),
                    1 + r.nextInt(3),
                    r.nextInt(7) - 2,
                    r.nextInt(7) - 2,
                    r.nextInt(7) - 2,
                    r.nextInt(7) - 2,
                    r.nextBoolean(),
                    1.5f);
            if (spec.outHeight(x.shape().dim(2), fh) < 1
                    || spec.outWidth(x.shape().dim(3), fw) < 1) {
                continue;
            }
            check(spec + " " + x.shape(), () -> Upfirdn2d.of(on(x), f, spec), Loops.upfirdn2d(x, f, spec));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void poolsEqualLoops(boolean max) {
        Random r = new Random(5);
        for (int round = 0; round < ROUNDS; round++) {
            HostArray x = OpCase.normal(round, 1 + r.nextInt(2), 1 + r.nextInt(9), 4 + r.nextInt(5), 4 + r.nextInt(5));
            int ky = 1 + r.nextInt(4);
            int kx = 1 + r.nextInt(4);
            PoolSpec spec = new PoolSpec(
                    ky, kx, 1 + r.nextInt(3), 1 + r.nextInt(3), 0, r.nextInt(ky), r.nextInt(kx), 0, r.nextBoolean());
            Supplier<Tensor> pooled = () -> max ? Pool2d.max(on(x), spec) : Pool2d.avg(on(x), spec);
            check(spec + " " + x.shape(), pooled, Loops.pool(x, spec, max));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 4})
    void resamplingConvolutionsEqualTheirDefinition(long seed) {
        Random r = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            int groups = 1 + r.nextInt(2);
            HostArray x = OpCase.normal(round, 2, 2 * groups, 7 + r.nextInt(3), 7 + r.nextInt(3));
            HostArray w = OpCase.normal(round + 1, 3 * groups, 2, 1 + r.nextInt(3), 1 + r.nextInt(4));
            HostArray taps = OpCase.normal(round + 2, 1 + r.nextInt(4), 1 + r.nextInt(5));
            Filter f = r.nextInt(4) == 0
                    ? Filter.separable(taps.data())
                    : Filter.of(new Fir(taps.shape().dim(0), taps.shape().dim(1), taps.data()));
            ResampleConv2d.Spec spec = new ResampleConv2d.Spec(
                    1 + r.nextInt(3),
                    1 + r.nextInt(2),
                    r.nextInt(4) - 1,
                    r.nextInt(4),
                    r.nextInt(4),
                    r.nextInt(4) - 1,
                    groups,
                    r.nextBoolean(),
                    r.nextBoolean());
            try (Scope scope = Scope.open("definition")) {
                double[] expected = doubles(definition(on(x), on(w), f, spec));
                check(spec + " " + f + x.shape() + w.shape(), () -> ResampleConv2d.of(on(x), on(w), f, spec), expected);
            }
        }
    }

    /** Zero insertion, one padding, filter, convolution, filter and decimation, one after the other. */
    private static Tensor definition(Tensor x, Tensor w, Filter f, ResampleConv2d.Spec s) {
        int[] p = {s.padLeft(), s.padRight(), s.padTop(), s.padBottom()};
        int[] taps = {f.width(), f.width(), f.height(), f.height()};
        for (int i = 0; i < 4; i++) {
            boolean before = i % 2 == 0;
            if (s.up() > 1) {
                p[i] += Math.floorDiv(before ? taps[i] + s.up() - 1 : taps[i] - s.up(), 2);
            }
            if (s.down() > 1) {
                p[i] += Math.floorDiv(before ? taps[i] - s.down() + 1 : taps[i] - s.down(), 2);
            }
        }
        float gain = s.up() * s.up();
        Resample first = new Resample(s.up(), s.up(), 1, 1, p[0], p[1], p[2], p[3], s.flipFilter(), gain);
        Tensor large = Upfirdn2d.of(x, s.up() > 1 ? f : null, first);
        Tensor kernel = s.flipWeight() ? w : Shapes.flip(w, 2, 3);
        Tensor y = Conv2d.of(large, kernel, ConvSpec.padded(0).withGroups(s.groups()));
        Resample last = new Resample(1, 1, s.down(), s.down(), 0, 0, 0, 0, s.flipFilter(), 1);
        return s.down() > 1 ? Upfirdn2d.of(y, f, last) : Elementwise.scale(y, 1);
    }

    private Tensor on(HostArray x) {
        return Tensor.of(device, x);
    }

    private void check(String what, Supplier<Tensor> actual, double[] expected) {
        try (Scope scope = Scope.open("actual")) {
            double[] values = doubles(actual.get());
            assertThat(values).as(what).hasSameSizeAs(expected);
            double scale = 1;
            for (double e : expected) {
                scale = Math.max(scale, Math.abs(e));
            }
            for (int i = 0; i < values.length; i++) {
                assertThat(Math.abs(values[i] - expected[i]))
                        .as("%s at %d", what, i)
                        .isLessThan(1e-5 * scale);
            }
        }
    }

    private static double[] doubles(Tensor t) {
        float[] data = t.toHost().data();
        double[] result = new double[data.length];
        for (int i = 0; i < data.length; i++) {
            result[i] = data[i];
        }
        return result;
    }
}

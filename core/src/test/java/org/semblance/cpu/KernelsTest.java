package org.semblance.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.primitive_attr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.semblance.array.Shape;
import org.semblance.backend.ConvSpec;
import org.semblance.networks.stylegan2.Channels;

/** oneDNN falls back to loops that are 190 times slower without a word; here it may not. */
class KernelsTest {
    private final Dnnl dnnl = new Dnnl();
    private final ConvPlans plans = new ConvPlans(dnnl);

    private record Case(ConvSpec spec, Shape x, Shape w) {
        static Case of(int n, int in, int out, int size, int kernel, int stride, int pad) {
            return new Case(ConvSpec.of(stride, pad), Shape.of(n, in, size, size), Shape.of(out, in, kernel, kernel));
        }

        Shape y() {
            return spec.outShape(x, w);
        }
    }

    @ParameterizedTest
    @EnumSource
    void styleGanShapesRunFastKernels(ConvKey.Direction direction) {
        List<Case> cases = new ArrayList<>();
        for (int n : new int[] {1, 8}) {
            addGenerator(cases, n, Channels.of(8192, 256, 64));
            addGenerator(cases, n, Channels.of(16384, 512, 256));
        }
        assertThat(cases).hasSizeGreaterThan(100);
        for (Case c : cases) {
            assertThat(plans.get(ConvKey.of(direction, c.spec(), c.x(), c.w(), c.y()))
                            .kernel())
                    .as(direction + " " + c)
                    .isNotBlank()
                    .doesNotContain("ref");
        }
    }

    /** Layers of generators and discriminators: plain, RGB, enlarging (transposed), halving, residual. */
    private static void addGenerator(List<Case> cases, int n, Channels channels) {
        for (int r = 4; r <= channels.resolution(); r *= 2) {
            int c = channels.at(r);
            cases.add(Case.of(n, c, c, r, 3, 1, 1));
            cases.add(Case.of(n, c, 3, r, 1, 1, 0));
            cases.add(Case.of(n, 3, c, r, 1, 1, 0));
            if (r > 4) {
                int lower = channels.at(r / 2);
                cases.add(Case.of(n, c, lower, r + 1, 3, 2, 0));
                cases.add(Case.of(n, lower, c, r + 1, 3, 2, 0));
                cases.add(Case.of(n, c, lower, r, 1, 1, 0));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void encoderShapesRunFastKernels(ConvKey.Direction direction) {
        for (Case c : List.of(
                Case.of(8, 3, 32, 64, 3, 1, 1),
                Case.of(8, 32, 32, 64, 3, 2, 1),
                Case.of(1, 64, 128, 32, 3, 2, 1),
                Case.of(8, 64, 128, 32, 1, 2, 0),
                Case.of(8, 3, 64, 224, 7, 2, 3))) {
            assertThat(plans.get(ConvKey.of(direction, c.spec(), c.x(), c.w(), c.y()))
                            .kernel())
                    .as(direction + " " + c)
                    .doesNotContain("ref");
        }
    }

    /** What the rules above look for exists: weights declared row-major instead of {@code any} select it. */
    @Test
    void slowKernelsCallThemselvesRef() {
        Case c = Case.of(1, 32, 32, 16, 3, 1, 1);
        ConvKey key = ConvKey.of(ConvKey.Direction.FORWARD, c.spec(), c.x(), c.w(), c.y());
        try (var attr = new primitive_attr();
                var desc = new convolution_forward.primitive_desc(
                        dnnl.engine(),
                        dnnl_forward_inference,
                        dnnl_convolution_direct,
                        key.image(key.x()),
                        key.plainWeights(),
                        key.image(key.y()),
                        key.strides(),
                        key.dilates(),
                        key.before(),
                        key.after(),
                        attr,
                        false)) {
            assertThat(desc.impl_info_str().getString()).contains("ref");
        }
    }
}

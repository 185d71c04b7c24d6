package org.semblance.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.semblance.array.Layout;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.OpCase;
import org.semblance.contract.TestDevice;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** What compositions hold, and what results look like. */
@ExtendWith(NoLeaks.class)
class CompositionsTest {
    private final Device device = TestDevice.get();

    @Test
    void compositionsLeaveOnlyTheirResult() {
        try (Scope scope = Scope.open()) {
            Tensor x = normal(1, 4, 3, 8, 8);
            Tensor w = normal(2, 5, 3, 3, 3);
            Tensor styles = normal(3, 4, 3);
            int before = scope.size();
            ModulatedConv2d.of(x, w, styles, null, true, 2, 1, 1, Filters.of(1, 3, 3, 1), false);
            MinibatchStd.of(x, 2, 1);
            Norm.l2(styles);
            assertThat(scope.size() - before).isEqualTo(3);
        }
    }

    @Test
    void imageOperationsGiveTheBackendsLayout() {
        try (Scope scope = Scope.open()) {
            Tensor y = Conv2d.of(normal(1, 2, 3, 5, 5), normal(2, 4, 3, 3, 3), ConvSpec.padded(1));
            Layout layout = device.backend().imageLayout();
            assertThat(y.array().layout()).isEqualTo(layout);
            assertThat(Elementwise.add(y, normal(3, 1, 4, 1, 1)).array().layout())
                    .isEqualTo(layout);
            assertThat(BiasAct.of(y, normal(4, 4), Activation.relu()).array().layout())
                    .isEqualTo(layout);
            assertThat(y.shape()).isEqualTo(Shape.of(2, 4, 5, 5));
        }
    }

    @Test
    void layoutsConvertWithoutChangingValuesOrGradients() {
        try (Scope scope = Scope.open()) {
            Tensor x = normal(1, 2, 3, 4, 5).track();
            Tensor y = Layouts.plain(Layouts.to(x, Layout.CHANNELS_LAST));
            assertThat(y.toHost().data()).isEqualTo(x.toHost().data());
            Tensor g = normal(2, 2, 3, 4, 5);
            assertThat(Gradients.of(y).seed(g).wrt(x).toHost().data())
                    .isEqualTo(g.toHost().data());
            assertThat(Layouts.to(x, Layout.PLAIN)).isSameAs(x);
        }
    }

    @Test
    void singleChannelsNeedNoConversion() {
        try (Scope scope = Scope.open()) {
            Tensor x = normal(1, 2, 1, 4, 5);
            assertThat(Layouts.image(x)).isSameAs(x);
        }
    }

    @Test
    void piecewiseLinearActivationsSaveOnlyTheirOutput() {
        try (Scope scope = Scope.open()) {
            Tensor x = normal(1, 2, 3, 4, 4).track();
            Tensor b = normal(2, 3).track();
            int before = scope.size();
            Tensor y;
            try (Scope inner = Scope.open("layer")) {
                Tensor hidden = Elementwise.scale(x, 2);
                y = inner.keep(BiasAct.of(hidden, b, Activation.standard(Activation.Kind.LRELU)));
            }
            assertThat(scope.size() - before).isEqualTo(1);
            assertThat(Gradients.of(y).wrt(b).shape()).isEqualTo(Shape.of(3));
        }
    }

    @Test
    void negativeContrastGivesZeroAndFiniteGradients() {
        try (Scope scope = Scope.open()) {
            Tensor a = normal(1, 1, 1, 24, 24).track();
            Tensor b = Elementwise.neg(a.detached());
            Tensor y = MsSsim.of(a, b, Ssim.standard(1), 0.5f, 0.5f);
            assertThat(y.item()).isZero();
            assertThat(Gradients.of(y).wrt(a).toHost().data()).containsOnly(0f);
        }
    }

    @Test
    void filtersAreNormalised() {
        Filter f = Filters.of(1, 3, 3, 1);
        assertThat(f.separable()).isFalse();
        assertThat(f.fir().taps()[5]).isEqualTo(9f / 64);
        assertThat(Filters.of(1, 1, 1, 1, 1, 1, 1, 1).separable()).isTrue();
    }

    private Tensor normal(long seed, int... dims) {
        return Tensor.of(device, OpCase.normal(seed, dims));
    }
}

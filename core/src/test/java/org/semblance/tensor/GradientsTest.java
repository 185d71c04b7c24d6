package org.semblance.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.ops.BiasAct;
import org.semblance.ops.Conv2d;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Reduce;

@ExtendWith(NoLeaks.class)
class GradientsTest {
    private final Device device = TestDevice.get();

    @Test
    void usesAddUp() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.scalar(device, 3).track();
            Tensor y = Elementwise.add(Elementwise.square(x), Elementwise.scale(x, 4));
            assertThat(Gradients.of(y).wrt(x).item()).isEqualTo(10);
        }
    }

    @Test
    void everyOrderExists() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.scalar(device, 2).track();
            Tensor y = Elementwise.pow(x, 5);
            float[] expected = {80, 160, 240, 240, 120, 0};
            for (float e : expected) {
                y = Gradients.of(y).recorded().wrt(x);
                assertThat(y.item()).isEqualTo(e);
            }
        }
    }

    @Test
    void untrackedTensorsAreRefused() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.scalar(device, 1);
            assertThatThrownBy(() -> Gradients.of(Elementwise.exp(x)).wrt(x))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not tracked");
        }
    }

    @Test
    void seedsHaveTheOutputsShape() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.zeros(device, Shape.of(2, 3)).track();
            Gradients g = Gradients.of(Elementwise.exp(x));
            assertThatThrownBy(() -> g.seed(x.detached()).seed(Tensor.scalar(device, 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[2, 3]");
        }
    }

    @Test
    void whatDoesNotDependHasZeroGradient() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.scalar(device, 1).track();
            Tensor other = Tensor.zeros(device, Shape.of(2, 2)).track();
            List<Tensor> g = Gradients.of(Elementwise.exp(x)).wrt(List.of(x, other));
            assertThat(g.get(1).shape()).isEqualTo(Shape.of(2, 2));
            assertThat(g.get(1).toHost().data()).containsOnly(0f);
        }
    }

    @Test
    void inMiddleTensorsMayBeAsked() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.scalar(device, 3).track();
            Tensor middle = Elementwise.square(x);
            Tensor y = Elementwise.square(middle);
            List<Tensor> g = Gradients.of(y).wrt(List.of(middle, x, y));
            assertThat(g.get(0).item()).isEqualTo(18);
            assertThat(g.get(1).item()).isEqualTo(108);
            assertThat(g.get(2).item()).isEqualTo(1);
        }
    }

    @Test
    void frozenInputsSaveNothing() {
        try (Scope outer = Scope.open("outer")) {
            Tensor x = Tensor.full(device, Shape.of(1, 2, 8, 8), 1).track();
            Tensor w = Tensor.full(device, Shape.of(2, 2, 3, 3), 0.1f);
            int before = outer.size();
            Tensor y;
            try (Scope inner = Scope.open("inner")) {
                Tensor hidden = Conv2d.of(x, w, ConvSpec.padded(1));
                y = inner.keep(Conv2d.of(hidden, w, ConvSpec.padded(1)));
            }
            // Only the result: a frozen weight needs no input, and it is not of this scope itself.
            assertThat(outer.size() - before).isEqualTo(1);
            assertThat(Gradients.of(y).wrt(x).shape()).isEqualTo(x.shape());
        }
    }

    @Test
    void trackedWeightsSaveTheInput() {
        try (Scope outer = Scope.open("outer")) {
            Tensor x = Tensor.full(device, Shape.of(1, 2, 8, 8), 1);
            Tensor w = Tensor.full(device, Shape.of(2, 2, 3, 3), 0.1f).track();
            int before = outer.size();
            Tensor y;
            try (Scope inner = Scope.open("inner")) {
                Tensor hidden = BiasAct.of(Elementwise.scale(x, 2), null, Activation.relu());
                y = inner.keep(Conv2d.of(hidden, w, ConvSpec.padded(1)));
            }
            // The result and the input in the layout in which the convolution read it.
            assertThat(outer.size() - before).isEqualTo(2);
            assertThat(Gradients.of(y).wrt(w).shape()).isEqualTo(w.shape());
        }
    }

    @Test
    void untrackedWorkRecordsNothing() {
        try (Scope scope = Scope.open()) {
            Tensor y = Elementwise.exp(Tensor.scalar(device, 1));
            assertThat(y.isTracked()).isFalse();
            assertThat(y.node()).isNull();
        }
    }

    @Test
    void gradientsWithoutHistoryFreeWhatTheyNeedOnTheWay() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.full(device, Shape.of(100), 0.5f).track();
            Tensor y = x;
            for (int i = 0; i < 50; i++) {
                y = Elementwise.tanh(y);
            }
            Tensor loss = Reduce.sumAll(y);
            int before = scope.size();
            Tensor g = Gradients.of(loss).wrt(x);
            // The gradient, and the seed of ones.
            assertThat(scope.size() - before).isLessThanOrEqualTo(2);
            assertThat(g.isTracked()).isFalse();
        }
    }

    @Test
    void deepGraphsDoNotOverflowTheStack() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.scalar(device, 1).track();
            Tensor y = x;
            for (int i = 0; i < 20_000; i++) {
                y = Elementwise.affine(y, 1, 0.5f);
            }
            assertThat(Gradients.of(y).wrt(x).item()).isEqualTo(1);
        }
    }
}

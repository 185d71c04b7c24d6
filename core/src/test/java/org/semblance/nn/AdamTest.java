package org.semblance.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.OpCase;
import org.semblance.contract.TestDevice;
import org.semblance.ops.Elementwise;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

@ExtendWith(NoLeaks.class)
class AdamTest {
    private final Device device = TestDevice.get();

    @Test
    void descendsAParabola() {
        try (Scope scope = Scope.open()) {
            Tensor p = Tensor.of(device, OpCase.normal(1, 10)).track();
            try (Adam adam = new Adam(List.of(p), 0.05)) {
                for (int i = 0; i < 400; i++) {
                    try (Scope step = Scope.open("step")) {
                        adam.step(Gradients.of(Elementwise.square(p)).wrt(List.of(p)));
                    }
                }
                assertThat(adam.steps()).isEqualTo(400);
            }
            for (float v : p.toHost().data()) {
                assertThat(v).isBetween(-0.01f, 0.01f);
            }
        }
    }

    /** The rate that a step finds on the device is the one of its number, and a factor that is not finite stops it. */
    @Test
    void aStepInTwoPartsWithAFactorIsThePlainStepOfTheScaledGradient() {
        try (Scope scope = Scope.open()) {
            Tensor plain = Tensor.of(device, OpCase.normal(3, 9));
            Tensor parted = Tensor.of(device, OpCase.normal(3, 9));
            try (Adam one = new Adam(List.of(plain), 0.02);
                    Adam two = new Adam(List.of(parted), 0.02)) {
                for (int i = 0; i < 3; i++) {
                    Tensor gradient = Tensor.of(device, OpCase.normal(4 + i, 9));
                    one.step(List.of(gradient));
                    two.begin();
                    two.update(List.of(Elementwise.scale(gradient, 0.5f)), Tensor.scalar(device, 2));
                }
                float[] expected = plain.toHost().data();
                assertThat(parted.toHost().data()).isEqualTo(expected);
                two.step(List.of(plain), Tensor.scalar(device, Float.NaN));
                assertThat(parted.toHost().data()).isEqualTo(expected);
                assertThat(two.steps()).isEqualTo(4);
            }
        }
    }

    @Test
    void savedStatesContinueBitForBit() {
        try (Scope scope = Scope.open()) {
            List<HostArray> straight = run(6, 6);
            List<HostArray> resumed = run(3, 6);
            assertThat(resumed.get(0).data()).isEqualTo(straight.get(0).data());
        }
    }

    /** Runs some steps, goes over to a second optimiser through its saved state, and finishes. */
    private List<HostArray> run(int first, int all) {
        try (Scope scope = Scope.open()) {
            Tensor p = Tensor.of(device, OpCase.normal(2, 5));
            List<HostArray> m = new ArrayList<>();
            List<HostArray> v = new ArrayList<>();
            try (Adam adam = new Adam(List.of(p), 0.01)) {
                steps(adam, 0, first);
                adam.firstMoments().forEach(t -> m.add(t.toHost()));
                adam.secondMoments().forEach(t -> v.add(t.toHost()));
            }
            try (Adam adam = new Adam(List.of(p), 0.01)) {
                adam.restore(first, m, v);
                steps(adam, first, all);
            }
            return List.of(p.toHost());
        }
    }

    private void steps(Adam adam, int from, int to) {
        for (int i = from; i < to; i++) {
            adam.step(List.of(Tensor.of(device, OpCase.normal(10 + i, 5))));
        }
    }

    @Test
    void gradientsFitParameters() {
        try (Scope scope = Scope.open()) {
            Tensor p = Tensor.zeros(device, Shape.of(3));
            try (Adam adam = new Adam(List.of(p), 0.1)) {
                assertThatThrownBy(() -> adam.step(List.of()))
                        .hasMessageContaining("adam: there must be one gradient per parameter, got 0 for 1");
                assertThatThrownBy(() -> adam.step(List.of(Tensor.zeros(device, Shape.of(4)))))
                        .hasMessageContaining("adam: gradient 0 must have its parameter's shape");
            }
        }
    }
}

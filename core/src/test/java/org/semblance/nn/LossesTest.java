package org.semblance.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.OpCase;
import org.semblance.contract.TestDevice;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

@ExtendWith(NoLeaks.class)
class LossesTest {
    private final Device device = TestDevice.get();

    @Test
    void cosineOfSameAndOppositeRows() {
        try (Scope scope = Scope.open()) {
            Tensor a = Tensor.of(device, new float[] {3, 4, 1, 0}, 2, 2);
            Tensor b = Tensor.of(device, new float[] {6, 8, -2, 0}, 2, 2);
            float[] cosines = Losses.cosineSimilarity(a, b).toHost().data();
            assertThat(cosines[0]).isCloseTo(1, within(1e-6f));
            assertThat(cosines[1]).isCloseTo(-1, within(1e-6f));
            assertThat(Losses.cosine(a, b).item()).isCloseTo(1, within(1e-6f));
        }
    }

    @Test
    void crossEntropyEqualsItsDefinition() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.of(device, new float[] {0.7f}, 1);
            double p = 1 / (1 + Math.exp(-0.7));
            assertThat((double) Losses.binaryCrossEntropy(x, 1).item()).isCloseTo(-Math.log(p), within(1e-6));
            assertThat((double) Losses.binaryCrossEntropy(x, 0).item()).isCloseTo(-Math.log(1 - p), within(1e-6));
            assertThat(Losses.gan(x).item())
                    .isCloseTo(Losses.binaryCrossEntropy(x, 1).item(), within(1e-6f));
        }
    }

    @Test
    void distances() {
        try (Scope scope = Scope.open()) {
            Tensor a = Tensor.of(device, new float[] {1, -2}, 2);
            Tensor b = Tensor.of(device, new float[] {0, 1}, 2);
            assertThat(Losses.meanSquared(a, b).item()).isEqualTo(5);
            assertThat(Losses.meanAbsolute(a, b).item()).isEqualTo(2);
        }
    }

    @Test
    void r1OfALinearDiscriminatorIsItsWeight() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.of(device, OpCase.normal(1, 4, 3)).track();
            Tensor w = Tensor.of(device, new float[] {1, 2, 2}, 1, 3).track();
            Tensor penalty = Losses.r1(Linear.of(x, w, null, Activation.linear()), x, 10);
            assertThat(penalty.item()).isCloseTo(45, within(1e-4f));
            assertThat(Gradients.of(penalty).wrt(w).toHost().data()).containsExactly(10, 20, 20);
        }
    }

    @Test
    void maskSumsToOneAndIsSmallestInTheMiddle() {
        HostArray mask = Losses.inverseGaussian(9, 2);
        double sum = 0;
        for (float v : mask.data()) {
            sum += v;
            assertThat(v).isGreaterThanOrEqualTo(mask.data()[40]);
        }
        assertThat(sum).isCloseTo(1, within(1e-6));
    }

    @Test
    void initialValuesRepeat() {
        Shape shape = Shape.of(64, 32);
        HostArray a = Initialisers.he(shape, Initialisers.random(5));
        assertThat(Initialisers.he(shape, Initialisers.random(5)).data()).isEqualTo(a.data());
        double energy = 0;
        for (float v : a.data()) {
            energy += v * v;
        }
        assertThat(energy / a.data().length).isCloseTo(2.0 / 32, within(0.01));
        for (float v : Initialisers.glorot(shape, Initialisers.random(5)).data()) {
            assertThat(Math.abs(v)).isLessThanOrEqualTo(0.25f);
        }
    }
}

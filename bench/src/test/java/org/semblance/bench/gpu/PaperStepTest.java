package org.semblance.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.bench.RandomArrays;
import org.semblance.networks.oplist.OpListNetwork;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** What of the paper's step can be had without a GPU: all but the step itself, which takes too long here. */
class PaperStepTest {
    @Test
    void everythingOfAStepIsMadeAndClosed() {
        Device device = Device.cpu();
        long before = device.backend().counters().liveBytes();
        device.run(() -> {
            try (PaperStep step = new PaperStep(device, 1, Precision.FLOAT32, work -> work)) {
                assertThat(step.parameters()).hasSizeGreaterThan(20_000_000).doesNotContain(Float.NaN);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(device.backend().counters().liveBytes()).isEqualTo(before);
    }

    @Test
    void landmarksAreSixtyEightPointsOfASizeThatTrains() {
        Device device = Device.cpu();
        device.run(() -> {
            try (OpListNetwork network =
                            OpListNetwork.load(PaperStep.landmarks(), StepWeights.resNet50(), device, false);
                    Scope scope = Scope.open("test")) {
                Tensor x = Tensor.of(device, RandomArrays.normal(1, Shape.of(2, 3, 160, 160), 0.5f, 0.2f));
                HostArray points = network.apply(x).toHost();
                assertThat(points.shape()).isEqualTo(Shape.of(2, 136));
                double sum = 0;
                for (float v : points.data()) {
                    sum += v * v;
                }
                assertThat(Math.sqrt(sum / points.data().length)).isBetween(0.01, 100.0);
            }
        });
    }
}

package org.semblance.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.bench.RandomArrays;
import org.semblance.networks.oplist.OpListNetwork;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** What of the paper's step can be had without a GPU: its own network; the others are tested where they are. */
class PaperStepTest {
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

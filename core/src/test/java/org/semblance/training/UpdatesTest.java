package org.semblance.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

@ExtendWith(NoLeaks.class)
class UpdatesTest {
    private final Device device = TestDevice.get();

    private ParameterSet set() {
        return new ParameterSet(device, Map.of("weight", Tensor.zeros(device, Shape.of(100))));
    }

    /** The discriminator's optimiser is the last: those before it must not stay. */
    @Test
    void whatWasMadeBeforeAFailureIsFreed() {
        device.run(() -> {
            try (Scope scope = Scope.open("test");
                    ParameterSet model = set()) {
                ParameterSet gone = set();
                gone.close();
                long before = device.backend().counters().liveBytes();
                assertThatThrownBy(() -> new Updates(OptimiserConfig.paper(64), model, gone, device))
                        .isInstanceOf(IllegalStateException.class);
                assertThat(device.backend().counters().liveBytes()).isEqualTo(before);
            }
        });
    }

    private Tensor gone() {
        try (Scope scope = Scope.open("gone")) {
            return Tensor.zeros(device, Shape.of(100));
        }
    }

    @Test
    void aSetThatCannotBeFilledLeavesNothing() {
        device.run(() -> {
            try (Scope scope = Scope.open("test")) {
                Map<String, Tensor> parameters = Map.of("weight", gone());
                long before = device.backend().counters().liveBytes();
                assertThatThrownBy(() -> new ParameterSet(device, parameters))
                        .isInstanceOf(IllegalStateException.class);
                assertThat(device.backend().counters().liveBytes()).isEqualTo(before);
            }
        });
    }
}

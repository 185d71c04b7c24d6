package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.semblance.backend.BackendProvider;
import org.semblance.backend.Device;

class CudaProviderTest {
    @Test
    void isFoundBeforeTheCpu() {
        assertThat(ServiceLoader.load(BackendProvider.class).stream()
                        .map(p -> p.get().name()))
                .contains("cpu", "cuda");
        assertThat(new CudaProvider().preference()).isPositive();
    }

    @Test
    void saysEverythingThatIsMissing() {
        assumeFalse(Prerequisites.missing(0).isEmpty(), "there is a GPU here");
        assertThatThrownBy(Device::cuda)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageStartingWith("cuda: cannot run here: ")
                .hasMessageContaining(Prerequisites.missing(0).get(0));
    }

    @Test
    void bestIsTheCpuWhereThereIsNoGpu() {
        assumeFalse(Prerequisites.missing(0).isEmpty(), "there is a GPU here");
        assertThat(Device.best().name()).isEqualTo("cpu");
    }

    @Test
    void aMissingDeviceIsNamedByItsIndex() {
        assertThat(Prerequisites.missing(999)).isNotEmpty();
        assertThatThrownBy(() -> Device.cuda(999)).isInstanceOf(UnsupportedOperationException.class);
    }
}

package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.semblance.backend.BackendException;

class SemblanceKernelsTest {
    @BeforeEach
    void needsTheNativeLibrary() {
        assumeTrue(
                SemblanceKernelsTest.class.getResource("linux-x86_64/libsemblance_kernels.so") != null,
                "the CUDA kernels were not built (no nvcc, g++ or cmake)");
    }

    @Test
    void versionIsTheOneDeclared() {
        assertThat(SemblanceKernels.smb_abi_version()).isEqualTo(SemblanceKernels.ABI_VERSION);
    }

    @Test
    void functionsOfSynthesesAreInTheSameLibrary() {
        assertThat(SynthesisNatives.smb_layer_grad_blocks(1, 4, 4, 64)).isPositive();
    }

    /** What plans take for a reason to give up what they keep. */
    @Test
    void noMemoryIsAnErrorOfItsOwn() {
        assertThatThrownBy(() -> Kernels.check("smb_launch_graph", 2))
                .isInstanceOf(OutOfMemory.class)
                .hasMessageContaining("smb_launch_graph failed with 2");
        assertThatThrownBy(() -> Kernels.check("smb_launch_graph", 1))
                .isInstanceOf(BackendException.class)
                .isNotInstanceOf(OutOfMemory.class);
        assertThatCode(() -> Kernels.check("smb_launch_graph", 0)).doesNotThrowAnyException();
    }

    @Test
    void explainsWhyThereIsNoDevice() {
        int devices = SemblanceKernels.smb_device_count();
        assertThat(SemblanceKernels.smb_last_error().isEmpty()).isEqualTo(devices > 0);
    }
}

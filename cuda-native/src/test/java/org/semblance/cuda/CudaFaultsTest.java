package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.semblance.array.DType;
import org.semblance.array.Layout;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.Backend;
import org.semblance.backend.BackendException;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.networks.Networks;
import org.semblance.networks.RandomSource;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** What goes wrong on a device is an error with a reason, and never the end of the JVM. */
class CudaFaultsTest extends GpuTest {
    @Test
    void aDeviceThatIsNotThereIsNamed() {
        int devices = SemblanceKernels.smb_device_count();
        assertThatThrownBy(() -> Device.cuda(devices))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("cuda: cannot run here: there are " + devices + " devices, got index " + devices);
        assertThatThrownBy(() -> Device.cuda(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    /** A grid of no blocks. */
    @Test
    void aLaunchThatFailsIsAnErrorAndTheNextOneWorks() {
        assertThatThrownBy(() ->
                        Kernels.check("smb_pack_weights", SynthesisNatives.smb_pack_weights(0, 0, 0, 1, 0, 0, 0, 0, 0)))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("smb_pack_weights failed with ")
                .hasMessageContaining("invalid");
        requireNextWorks();
    }

    private void requireNextWorks() {
        NdArray x = allocated(4);
        cuda.fill(x, 3);
        float[] values = host(x);
        release(x);
        assertThat(values).containsOnly(3);
    }

    /** A failure that a call of the runtime itself says, which keeps it until it is asked. */
    @Test
    void aFailureIsToldOnce() {
        assertThatThrownBy(() -> Kernels.check(
                        "smb_up_layer",
                        SynthesisNatives.smb_up_layer(
                                0, 0, new int[] {0, 4, 4, 8, 0, 0, 0}, new float[8], 0, 0, 0, 0, 0, 0)))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("smb_up_layer failed with ")
                .hasMessageContaining("invalid");
        requireNextWorks();
    }

    @Test
    void aTapeRefusesAfterItsGeneratorWasClosed() {
        GeneratorConfig config = GeneratorConfig.standard(8, 64, 8);
        StyleGan2Generator g = StyleGan2Generator.load(config, new RandomSource(7), device, false);
        try (Scope scope = Scope.open("test")) {
            Tensor ws = Tensor.of(device, Networks.normal(1, 1, config.numWs(), config.wDim()))
                    .track();
            Tensor image = g.synthesise(ws, Noise.none(), Precision.BFLOAT16);
            g.close();
            assertThatIllegalStateException()
                    .isThrownBy(() -> Gradients.of(image).wrt(ws))
                    .withMessageContaining("closed");
        }
    }

    /** A fault in a kernel spoils the context for good, and so needs a process of its own. */
    @Test
    @Timeout(60)
    void aFaultInAKernelIsAnErrorAndNotTheEndOfTheProcess() throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Fault.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(said).contains("first: cuda: driver: ").contains("illegal").contains("then: cuda: ");
        assertThat(child.exitValue()).as(said).isZero();
    }

    /** Reads from an address that is nobody's, and goes on. */
    static final class Fault {
        private Fault() {}

        public static void main(String[] args) {
            Backend cuda = Device.cuda().backend();
            NdArray x = cuda.allocate(Shape.of(4), DType.F32, Layout.PLAIN);
            Driver driver = ((CudaBackend) cuda).driver();
            driver.run(() -> Kernels.check(
                    "smb_unary", SemblanceKernels.smb_unary(driver.stream().handle(), 0, 1, 0, 4, 16, x.address())));
            System.out.println("first: " + failure(() -> cuda.download(x, new float[4])));
            System.out.println("then: " + failure(() -> cuda.fill(x, 0)));
        }

        private static String failure(Runnable work) {
            try {
                work.run();
                return "nothing";
            } catch (BackendException e) {
                return String.valueOf(e.getMessage());
            }
        }
    }
}

package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.semblance.backend.Device;

/** What users are told on machines that this one is not. */
class PrerequisitesTest {
    /** A machine that has these libraries. */
    private record Machine(int devices, String driver, Set<String> libraries) implements Prerequisites.Machine {
        private static String error = "";

        @Override
        public int devices() {
            error = driver;
            return devices;
        }

        @Override
        public boolean finds(String library) {
            error = library + ": cannot open shared object file";
            return libraries.contains(library);
        }

        @Override
        public String lastError() {
            return error;
        }
    }

    private static List<String> missing(int devices, String driver, String... libraries) {
        return Prerequisites.missing(1, new Machine(devices, driver, Set.of(libraries)));
    }

    @Test
    void nothingIsMissingWithEitherCublas() {
        assertThat(missing(2, "", "libcublas.so.12", "libcudnn.so.9")).isEmpty();
        assertThat(missing(2, "", "libcublas.so.13", "libcudnn.so.9")).isEmpty();
    }

    @Test
    void allReasonsAreTold() {
        assertThat(missing(0, "the NVIDIA driver is too old: it is for CUDA 11.4"))
                .containsExactly(
                        "no device: the NVIDIA driver is too old: it is for CUDA 11.4",
                        "no cuBLAS: libcublas.so.12: cannot open shared object file,"
                                + " libcublas.so.13: cannot open shared object file",
                        "no cuDNN: libcudnn.so.9: cannot open shared object file");
    }

    @Test
    void onlyWhatIsMissingIsTold() {
        assertThat(missing(2, "", "libcublas.so.13"))
                .containsExactly("no cuDNN: libcudnn.so.9: cannot open shared object file");
        assertThat(missing(1, "", "libcublas.so.12", "libcudnn.so.9"))
                .containsExactly("there are 1 devices, got index 1");
    }

    @Test
    void theSameIsTold() {
        List<String> first = Prerequisites.missing(0);
        assertThat(Prerequisites.missing(0)).isEqualTo(first);
        assertThat(first).noneMatch(reason -> reason.contains("Could not initialize class"));
    }

    /** Another platform, or a jar without natives: nothing else can be asked then. */
    @Test
    void aLibraryThatDoesNotLoadIsTold() {
        assertThat(Prerequisites.missing(0, new Prerequisites.Machine() {
                    @Override
                    public int devices() {
                        throw (LinkageError) new NoClassDefFoundError("kernels")
                                .initCause(new ExceptionInInitializerError("no such file"));
                    }

                    @Override
                    public boolean finds(String library) {
                        throw new IllegalStateException("not asked");
                    }

                    @Override
                    public String lastError() {
                        return "";
                    }
                }))
                .singleElement()
                .asString()
                .contains("does not load (it is built for Linux x86-64)", "kernels: no such file");
    }

    /** A process of its own: the choice is made once. */
    @Test
    void theBestDeviceTellsWhatItIsNot() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Chooses.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        List<String> missing = Prerequisites.missing(0);
        if (missing.isEmpty()) {
            assertThat(said).contains("best: cuda");
        } else {
            assertThat(said).contains("best: cpu", "device: chose cpu", "cuda cannot run: cuda: cannot run here: ");
            assertThat(said).containsAnyOf("no device: ", "semblance-cuda does not load");
        }
    }

    /** What the process of that test runs. */
    static final class Chooses {
        private Chooses() {}

        public static void main(String[] args) {
            System.out.println("best: " + Device.best().name());
        }
    }
}

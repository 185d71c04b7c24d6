package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The three lists of names agree: what the library exports, what we declare, and what JCublas needs of the stand-in.
 */
class NativeSurfaceTest {
    private static final String KERNELS = "linux-x86_64/libsemblance_kernels.so";

    @BeforeEach
    void needsTheNativeLibraries() {
        assumeTrue(
                NativeSurfaceTest.class.getResource(KERNELS) != null,
                "the CUDA kernels were not built (no nvcc, g++ or cmake)");
    }

    @Test
    void nativesAreExactlyTheExportedFunctions() throws IOException {
        Set<String> declared = Stream.of(SemblanceKernels.class, SynthesisNatives.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(m -> Modifier.isNative(m.getModifiers()))
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(declared).hasSizeGreaterThan(20);
        assertThat(ElfSymbols.exportedBy(KERNELS)).isEqualTo(declared);
    }

    @Test
    void theStandInForCublasCoversWhatWeCall() throws IOException {
        Set<String> exported = ElfSymbols.exportedBy(CublasForwarder.RESOURCE);
        Set<String> called = CalledMethods.of("jcuda/jcublas/JCublas2", Products.class);
        assertThat(called).contains("cublasCreate", "cublasSgemm");
        assertThat(called).allMatch(name -> exported.contains(name) || exported.contains(name + "_v2"));
    }
}

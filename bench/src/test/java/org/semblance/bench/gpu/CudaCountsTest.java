package org.semblance.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.bench.CountedWork;
import org.semblance.bench.CountedWork.Counts;
import org.semblance.bench.RandomGenerator;
import org.semblance.json.Json;
import org.semblance.networks.stylegan2.StyleGan2Generator;

/**
 * What the hot path costs on a GPU in allocations, native calls and plans, exactly. {@code
 * -Dsemblance.counts.record=FILE} writes what was counted; copied to {@code cuda-counts.json} beside this class, it is
 * the baseline that later runs must equal. A bundle's {@code run tests} records into its results.
 */
@Tag("gpu")
class CudaCountsTest {
    private static Map<String, Counts> counts = Map.of();

    @BeforeAll
    static void measure() throws IOException {
        assumeTrue(isThere(), "there is no GPU here");
        counts = count();
        String file = System.getProperty("semblance.counts.record");
        if (file != null) {
            Files.writeString(Path.of(file), json(counts));
        }
    }

    /** Where a run is bound to CUDA, its absence is an error and no reason to skip. */
    private static boolean isThere() {
        try {
            return Device.cuda().name().startsWith("cuda");
        } catch (UnsupportedOperationException e) {
            if (System.getProperty("semblance.backend", "").startsWith("cuda")) {
                throw e;
            }
            return false;
        }
    }

    private static Map<String, Counts> count() {
        Device device = Device.cuda();
        List<GeneratorRun> runs = new ArrayList<>();
        try (StyleGan2Generator generator =
                StyleGan2Generator.load(GpuSoakMain.config("heads64"), new RandomGenerator(), device, false)) {
            try {
                return CountedWork.on("cuda", work(generator, device, runs));
            } finally {
                runs.forEach(GeneratorRun::close);
            }
        }
    }

    private static Map<String, Runnable> work(StyleGan2Generator generator, Device device, List<GeneratorRun> runs) {
        Map<String, Runnable> work = new LinkedHashMap<>();
        for (int batch : new int[] {1, 8}) {
            for (Precision precision : Precision.values()) {
                String of = "generator " + precision + " batch " + batch + " ";
                GeneratorRun forward = new GeneratorRun(generator, device, batch, false, precision);
                runs.add(forward);
                work.put(of + "forward", forward::run);
                work.put(of + "pixels", forward::pixels);
                if (precision != Precision.FLOAT16) {
                    GeneratorRun backward = new GeneratorRun(generator, device, batch, true, precision);
                    runs.add(backward);
                    work.put(of + "forward and backward", backward::run);
                }
            }
        }
        return work;
    }

    @AfterAll
    static void forget() {
        counts = Map.of();
    }

    @Test
    void aHalfPrecisionBatchIsOneNativeCallWhateverItsSize() {
        for (int batch : new int[] {1, 8}) {
            for (Precision precision : List.of(Precision.FLOAT16, Precision.BFLOAT16)) {
                String of = "generator " + precision + " batch " + batch + " ";
                assertThat(counts.get(of + "forward").nativeCalls()).as(of).isEqualTo(1);
                assertThat(counts.get(of + "forward").allocations()).as(of).isEqualTo(1);
                assertThat(counts.get(of + "pixels").nativeCalls()).as(of).isEqualTo(1);
            }
        }
    }

    @Test
    void steadyStateMakesNoPlans() {
        assertThat(counts).isNotEmpty().allSatisfy((name, c) -> assertThat(c.primitivesCreated())
                .as(name)
                .isZero());
    }

    @Test
    void nothingIsLeftBehind() {
        assertThat(counts)
                .isNotEmpty()
                .allSatisfy((name, c) -> assertThat(c.leftBytes()).as(name).isZero());
    }

    @Test
    void repeatExactly() {
        assertThat(json(count())).isEqualTo(json(counts));
    }

    @Test
    void equalTheBaseline() throws IOException {
        @Nullable String baseline = baseline();
        assumeTrue(baseline != null, "no baseline is recorded yet; the class comment says how");
        assertThat(json(counts)).isEqualTo(baseline);
    }

    private static @Nullable String baseline() throws IOException {
        try (InputStream in = CudaCountsTest.class.getResourceAsStream("cuda-counts.json")) {
            return in == null ? null : Json.parse(in, "cuda-counts.json").pretty();
        }
    }

    /* Without peaks: cuDNN's workspaces differ from version to version. */
    private static String json(Map<String, Counts> counts) {
        Map<String, Object> all = new LinkedHashMap<>();
        counts.forEach((name, c) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("allocations", c.allocations());
            one.put("nativeCalls", c.nativeCalls());
            one.put("primitivesCreated", c.primitivesCreated());
            one.put("leftBytes", c.leftBytes());
            all.put(name, one);
        });
        return Json.of(all).pretty();
    }
}

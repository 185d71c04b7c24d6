package org.semblance.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.verify.CaseResult.Status;

@ExtendWith(NoLeaks.class)
class OracleTest {
    @TempDir
    static Path golden;

    private final Verifier verifier = new Verifier(TestDevice.get());

    @BeforeAll
    static void copy() {
        OracleFiles.copyTo(golden);
    }

    @TestFactory
    Stream<DynamicTest> goldenCasesPass() throws IOException {
        return OracleSet.open(golden).cases().stream()
                .map(c -> DynamicTest.dynamicTest(c.id(), () -> {
                    CaseResult result = verifier.run(c);
                    assertThat(result.status()).as(result.line()).isIn(Status.PASS, Status.NOTE);
                }));
    }

    @Test
    void theCopyIsLargeAndHasConventionsOnlyAsNotes() throws IOException {
        List<String> lines = new ArrayList<>();
        VerifySummary summary =
                verifier.run(OracleSet.open(golden), "ops/bias_act", result -> lines.add(result.line()));
        assertThat(OracleSet.open(golden).cases()).hasSizeGreaterThan(180);
        assertThat(summary.line()).matches("\\d+ passed, 0 failed, 0 skipped \\(\\d+ noted\\)");
        assertThat(lines).hasSameSizeAs(summary.results()).allMatch(l -> l.matches("(PASS|NOTE) ops/bias_act\\S+ .+"));
        assertThat(summary.isClean()).isTrue();
    }

    @Test
    void aDeviationFailsWithTheFirstTensor(@TempDir Path folder) throws IOException {
        CaseResult result = verifier.run(changed(folder, "\"gain\":4", "\"gain\":5"));
        assertThat(result.status()).isEqualTo(Status.FAIL);
        assertThat(result.line()).matches("FAIL ops/upfirdn2d_00 \\S+e\\S+ \\S+e\\S+ y \\((max|L2)\\)");
    }

    @Test
    void theSameDeviationInAConventionIsANote(@TempDir Path folder) throws IOException {
        changed(folder, "\"gain\":4", "\"gain\":5");
        CaseResult result = verifier.run(changed(folder, "\"level\":\"must\"", "\"level\":\"report\""));
        assertThat(result.status()).isEqualTo(Status.NOTE);
    }

    @Test
    void unknownOperationsAreSkipped(@TempDir Path folder) throws IOException {
        CaseResult result = verifier.run(changed(folder, "\"op\":\"upfirdn2d\"", "\"op\":\"telepathy\""));
        assertThat(result.line()).isEqualTo("SKIP ops/upfirdn2d_00 no implementation of telepathy");
    }

    @Test
    void missingFilesFail(@TempDir Path folder) throws IOException {
        OracleCase one = changed(folder, "", "");
        Files.delete(folder.resolve("ops/upfirdn2d_00.safetensors"));
        assertThat(verifier.run(one).line()).startsWith("FAIL ops/upfirdn2d_00 NoSuchFileException");
    }

    @Test
    void damagedFilesFail(@TempDir Path folder) throws IOException {
        OracleCase one = changed(folder, "", "");
        Path file = folder.resolve("ops/upfirdn2d_00.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 10));
        assertThat(verifier.run(one).line()).startsWith("FAIL ops/upfirdn2d_00 IOException: safetensors");
    }

    @Test
    void wrongShapesFail(@TempDir Path folder) throws IOException {
        OracleCase one = changed(folder, "\"shape\":[2,3,7,6]", "\"shape\":[2,3,6,7]");
        assertThat(verifier.run(one).line()).startsWith("FAIL").contains("manifest's shape [2, 3, 6, 7]");
    }

    @Test
    void exceptionsFailWithTheirMessage(@TempDir Path folder) throws IOException {
        OracleCase one = changed(folder, "\"up\":2", "\"up\":0");
        assertThat(verifier.run(one).line())
                .startsWith("FAIL ops/upfirdn2d_00 IllegalArgumentException: upfirdn2d: up and down factors");
    }

    @Test
    void outputsNobodyComputesFail(@TempDir Path folder) throws IOException {
        OracleCase one = changed(folder, "", "");
        CaseRunners none = new CaseRunners().add("upfirdn2d", c -> {});
        assertThat(new Verifier(TestDevice.get(), none).run(one).line())
                .isEqualTo("FAIL ops/upfirdn2d_00 y was not computed");
    }

    @Test
    void aManifestIsNeeded(@TempDir Path folder) {
        assertThatThrownBy(() -> OracleSet.open(folder)).isInstanceOf(IOException.class);
    }

    @Test
    void filesOutsideTheSetAreRefused(@TempDir Path folder) throws IOException {
        OracleCase one = changed(folder, "\"file\":\"ops/upfirdn2d_00", "\"file\":\"../ops/upfirdn2d_00");
        assertThat(verifier.run(one).line()).startsWith("FAIL").contains("must lie inside the set");
    }

    /** The first upfirdn2d case in a folder of its own, with a change of its manifest. */
    private static OracleCase changed(Path folder, String from, String to) throws IOException {
        Path manifest = folder.resolve("manifest.json");
        if (!Files.exists(manifest)) {
            Files.createDirectories(folder.resolve("ops"));
            Files.copy(golden.resolve("ops/upfirdn2d_00.safetensors"), folder.resolve("ops/upfirdn2d_00.safetensors"));
            String entry = Files.readAllLines(golden.resolve("manifest.json")).stream()
                    .filter(line -> line.contains("\"ops/upfirdn2d_00\""))
                    .findFirst()
                    .orElseThrow();
            Files.writeString(manifest, "{\"cases\": [" + entry.replaceFirst(",$", "") + "]}");
        }
        String text = Files.readString(manifest);
        assertThat(text).contains(from);
        Files.writeString(manifest, from.isEmpty() ? text : text.replace(from, to));
        return OracleSet.open(folder).cases().get(0);
    }
}

package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.semblance.image.Image;
import org.semblance.json.Json;

/** Help, rendering, info and verify. */
class GroundCommandsTest {
    private static final Path ORACLE = Path.of("../core/src/test/resources/org/semblance/oracle");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "swap",
                "table",
                "interpolate",
                "generate",
                "render-heads",
                "info",
                "convert",
                "verify",
                "evaluate",
                "make-dataset",
                "train-teacher"
            })
    void everyVerbHasHelp(String verb) {
        assertThat(Run.of(verb, "--help").succeeds().out()).startsWith("Usage: semblance " + verb);
        assertThat(Run.of("--help").succeeds().out()).contains("  " + verb + " ");
    }

    @Test
    void theRootTellsItsVersionAndNeedsAVerb() {
        assertThat(Run.of("--version").succeeds().out()).startsWith("semblance ");
        Run none = Run.of();
        assertThat(none.code()).isEqualTo(2);
        assertThat(none.err()).isEqualToIgnoringNewLines("semblance: a verb is needed; see semblance --help");
        assertThat(Run.of("dance").err().lines()).hasSize(1).first().asString().contains("'dance'");
    }

    @Test
    void verboseShowsTheStack() {
        Run run = Run.of("verify", folder, "--verbose");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).startsWith("semblance: verify: no such file").contains("\tat ");
        Run.of("verify", folder).fails(1, "verify", "manifest.json");
    }

    @Test
    void rendersHeadsWithTheirTruth() throws IOException {
        Run.of("render-heads", "--identities", "0-1", "--attributes", "5", "--size", 32, "--out", folder.resolve("h"))
                .succeeds();
        assertThat(Image.read(folder.resolve("h/i0001-a0005.png")).width()).isEqualTo(32);
        Json truth = Json.parse(folder.resolve("h/i0001-a0005.json"));
        assertThat(truth.get("landmarks").size()).isEqualTo(68);
        assertThat(truth.get("identity_seed").asInt()).isEqualTo(1);
        assertThat(truth.get("identity").has("hair_style")).isTrue();
        assertThat(truth.get("attributes").get("yaw").asDouble()).isBetween(-40.0, 40.0);
        Run.of("render-heads", "--identities", "x", "--attributes", "5", "--out", folder)
                .fails(2, "render-heads", "'x'");
        Run.of("render-heads", "--identities", "0", "--attributes", "5", "--size", 33, "--out", folder)
                .fails(2, "render-heads", "even");
    }

    @Test
    void infoDescribesTheEmbeddedModel() {
        assertThat(Run.of("info").succeeds().out())
                .contains("heads64", "generator: stylegan2", "recogniser: ops", "SHA-256", "Apache-2.0")
                .doesNotContain("mapping.fc0.weight");
        Run.of("info", folder.resolve("absent")).fails(1, "info", "no such file");
        Run.of("info", folder).fails(1, "info", "model.json");
    }

    @Test
    void verifyPassesOnTheProjectsOwnGoldenData() {
        Run run = Run.of("verify", ORACLE, "--backend", "cpu", "--only", "ops/bias_act_0")
                .succeeds();
        assertThat(run.lastLine()).matches("[1-9]\\d* passed, 0 failed, 0 skipped");
        assertThat(run.out()).contains("PASS ops/bias_act_03_relu ");
        Run none = Run.of("verify", ORACLE, "--only", "nothing");
        assertThat(none.lastLine()).isEqualTo("0 passed, 0 failed, 0 skipped");
        none.fails(1, "verify", "no case");
    }

    @Test
    void verifyFailsWhereANumberDiffers() throws IOException {
        String name = "ops/bias_act_03_relu.safetensors";
        Files.createDirectories(folder.resolve("ops"));
        Files.copy(ORACLE.resolve("manifest.json"), folder.resolve("manifest.json"));
        byte[] bytes = Files.readAllBytes(ORACLE.resolve(name));
        int header = (int) (bytes[0] & 0xffL | (bytes[1] & 0xffL) << 8);
        assertThat(new String(bytes, 8, header, StandardCharsets.UTF_8)).contains("grad.x");
        for (int i = 8 + header; i < bytes.length; i += 4) {
            bytes[i + 1] ^= 0x40;
        }
        Files.write(folder.resolve(name), bytes);
        Run run = Run.of("verify", folder, "--backend", "cpu", "--only", "ops/bias_act_03");
        assertThat(run.out()).startsWith("FAIL ops/bias_act_03_relu ");
        assertThat(run.lastLine()).isEqualTo("0 passed, 1 failed, 0 skipped");
        assertThat(run.code()).isEqualTo(1);
    }
}

package org.semblance.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.json.Json;

class ModelFolderTest {
    private static final Json MAPPER = Json.of(Map.of(
            "architecture",
            "mlp",
            "sizes",
            Map.of("input", 3, "w", 2),
            "config",
            Map.of("slope", 0.2),
            "input_range",
            new double[] {-1, 1},
            "training",
            "none",
            "licence",
            "CC0-1.0"));

    @TempDir
    Path dir;

    @BeforeEach
    void write() throws IOException {
        new ModelFolderWriter("tiny", "Apache-2.0")
                .describe("image", Map.of("width", 64))
                .add("mapper", MAPPER, Map.of("w", HostArray.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3)), DType.F16)
                .add("identity", MAPPER, Map.of("b", HostArray.of(new float[] {9}, 1)), DType.F32)
                .write(dir);
    }

    @Test
    void readsWhatItWrote() throws IOException {
        ModelFolder folder = ModelFolder.open(dir);
        assertThat(folder.name()).isEqualTo("tiny");
        assertThat(folder.licence()).isEqualTo("Apache-2.0");
        assertThat(folder.roles()).containsExactly("mapper", "identity");
        assertThat(folder.has("generator")).isFalse();
        assertThat(folder.description().get("image").get("width").asInt()).isEqualTo(64);
        assertThat(folder.source()).isEqualTo(dir.toString());
        try (Weights w = folder.weights("mapper")) {
            assertThat(w.get("w").data()).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(w.dtype("w")).isEqualTo(DType.F16);
            assertThat(w.source()).endsWith("/mapper.safetensors");
        }
    }

    @Test
    void describesItsNetworks() throws IOException {
        ModelNetwork mapper = ModelFolder.open(dir).network("mapper");
        assertThat(mapper.architecture()).isEqualTo("mlp");
        assertThat(mapper.size("w")).isEqualTo(2);
        assertThat(mapper.config().get("slope").asDouble()).isEqualTo(0.2);
        assertThat(mapper.inputRange().orElseThrow()).containsExactly(-1, 1);
        assertThat(mapper.opList()).isEmpty();
        assertThat(mapper.training()).isEqualTo("none");
        assertThat(mapper.licence()).isEqualTo("CC0-1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> mapper.size("z"))
                .withMessage("model.json: /networks/mapper/sizes: expected a member named 'z', got only "
                        + mapper.description().get("sizes").keys());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelFolder.open(dir).network("generator"))
                .withMessageContaining("no network for generator, only for [mapper, identity]");
    }

    @Test
    void readsTheSameFromTheClassPath() throws IOException {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {dir.getParent().toUri().toURL()}, null)) {
            String place = dir.getFileName().toString();
            ModelFolder folder = ModelFolder.open(ModelSource.of(loader, place));
            assertThat(folder.weights("identity").get("b").data()).containsExactly(9);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> ModelFolder.open(ModelSource.of(loader, "nowhere")))
                    .withMessage("model folder: no file model.json [class path nowhere]");
        }
    }

    @Test
    void refusesAFileThatIsNotTheOneDescribed() throws IOException {
        Path file = dir.resolve("mapper.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        ModelFolder folder = ModelFolder.open(dir);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> folder.weights("mapper"))
                .withMessageContaining("mapper.safetensors must have SHA-256 "
                        + folder.network("mapper").sha256())
                .withMessageContaining("got " + Sha256.of(bytes));
        assertThat(Sha256.of(file)).isEqualTo(Sha256.of(bytes));
    }

    @Test
    void refusesMissingFiles() throws IOException {
        Files.delete(dir.resolve("mapper.safetensors"));
        ModelFolder folder = ModelFolder.open(dir);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> folder.weights("mapper"))
                .withMessageContaining("no file mapper.safetensors");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ModelFolder.open(dir.resolve("none")))
                .withMessageContainingAll("no file model.json", "none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"schema\": 1                 | \"schema\": 2                 | /schema: expected schema version 1,"
                        + " got 2",
                "\"schema\": 1,                | ``                            | expected a member named 'schema'",
                "\"name\": \"tiny\"            | \"name\": 7                   | /name: expected a string, got a"
                        + " number",
                "\"mapper.safetensors\"        | \"../mapper.safetensors\"     | expected a plain file name, got"
                        + " '../map",
                "\"mapper.safetensors\"        | 5                             | /networks/mapper/file: expected a"
                        + " string",
                "\"sha256\": \"                | \"sha256\": \"G               | expected 64 lower-case hexadecimal"
                        + " digits",
                "\"mlp\"                       | null                          | /networks/mapper/architecture:"
                        + " expected",
                "\"training\"                  | \"trained\"                   | expected a member named 'training'",
                "\"w\": 2                      | \"w\": 2.5                    | /sizes/w: expected an integer, got"
                        + " 2.5",
            })
    void refusesADescriptionThatIsWrong(String was, String is, String message) throws IOException {
        Path file = dir.resolve("model.json");
        Files.writeString(file, Files.readString(file).replace(was, is));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ModelFolder.open(dir))
                .withMessageStartingWith("model folder: model.json: /")
                .withMessageContaining(message)
                .withMessageEndingWith("[" + dir + "]");
    }

    @Test
    void refusesToWriteWhatCouldNotBeRead() {
        ModelFolderWriter writer = new ModelFolderWriter("x", "MIT").add("a", MAPPER, Map.of(), DType.F32);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.add("a", MAPPER, Map.of(), DType.F32))
                .withMessageContaining("got a after [a]");
        assertThatIllegalArgumentException().isThrownBy(() -> writer.add("../b", MAPPER, Map.of(), DType.F32));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.add("b", Json.of(Map.of()), Map.of(), DType.F32))
                .withMessageContaining("expected a member named 'architecture'");
        assertThatIllegalArgumentException().isThrownBy(() -> writer.describe("name", "again"));
    }
}

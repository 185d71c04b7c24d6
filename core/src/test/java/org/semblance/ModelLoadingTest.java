package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.image.Image;
import org.semblance.json.Json;

/** A model loads whole or not at all: one message says everything that is wrong, and no memory stays held. */
@ExtendWith(NoLeaks.class)
class ModelLoadingTest {
    private final Device device = TestDevice.get();
    private final TinyModel model = new TinyModel(device);

    @TempDir
    private Path directory;

    @Test
    void aWholeModelLoads() throws IOException {
        model.write(directory);
        try (Disentangler d = Disentangler.load(directory, device)) {
            Image image = d.swap(Image.filled(8, 8, 0x204060), Image.filled(8, 8, 0xa0c0e0));
            assertThat(image.width()).isEqualTo(8);
            assertThat(d.identity().size()).isEqualTo(5);
            assertThat(d.mapper().inputSize()).isEqualTo(8);
        }
    }

    @Test
    void everythingWrongIsSaidAtOnce() {
        Map<String, HostArray> g = model.tensors.get("generator");
        g.remove("mapping.fc1.bias");
        g.remove("synthesis.b8.conv0.weight");
        g.put("synthesis.b16.extra", HostArray.of(new float[2], 2));
        g.put("synthesis.b4.const", HostArray.of(new float[64], 4, 16));
        g.get("synthesis.b8.torgb.bias").data()[1] = Float.NaN;
        g.get("mapping.w_avg").data()[5] = Float.NEGATIVE_INFINITY;
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(this::load)
                .withMessageStartingWith("generator: weights must fit the network, got ")
                .withMessageContaining("missing: mapping.fc1.bias [6], synthesis.b8.conv0.weight [4, 4, 3, 3]; ")
                .withMessageContaining("left over: synthesis.b16.extra; ")
                .withMessageContaining("shapes that differ: synthesis.b4.const expected [4, 4, 4] but got [4, 16]; ")
                .withMessageContaining("got NaN at synthesis.b8.torgb.bias[1]")
                .withMessageContaining("got -Infinity at mapping.w_avg[5]")
                .withMessageContaining("generator.safetensors");
    }

    /** Whichever network fails, those loaded before it are closed again. */
    @ParameterizedTest
    @ValueSource(strings = {"generator", "identity", "attributes", "mapper"})
    void eachNetworkIsChecked(String role) {
        Map<String, HostArray> tensors = model.tensors.get(role);
        String name = tensors.keySet().stream()
                .filter(n -> n.endsWith("bias"))
                .findFirst()
                .orElseThrow();
        tensors.remove(name);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(this::load)
                .withMessageStartingWith(role + ": weights must fit the network, got missing: " + name);
    }

    /** Left by training frameworks, and without use. */
    @Test
    void someNamesMayBeLeftOver() throws IOException {
        model.tensors.get("identity").put("n.num_batches_tracked", HostArray.of(new float[1], 1));
        model.tensors.get("generator").put("synthesis.b8.conv0.resample_filter", HostArray.of(new float[16], 4, 4));
        load();
    }

    @Test
    void damagedFilesAreRefused() throws IOException {
        model.write(directory);
        Path file = directory.resolve("mapper.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 5] ^= 4;
        Files.write(file, bytes);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Disentangler.load(directory, device))
                .withMessageStartingWith("model folder: mapper.safetensors must have SHA-256 ")
                .withMessageContaining(", got ")
                .withMessageEndingWith("[" + directory + "]");
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Disentangler.load(directory, device))
                .withMessageContaining("must have SHA-256");
    }

    @Test
    void missingFilesAreNamed() throws IOException {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Disentangler.load(directory, device))
                .withMessage("model folder: no file model.json [" + directory + "]");
        model.write(directory);
        Files.delete(directory.resolve("attributes.safetensors"));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Disentangler.load(directory, device))
                .withMessage("model folder: no file attributes.safetensors [" + directory + "]");
    }

    @Test
    void missingRolesAreNamed() {
        model.descriptions.remove("attributes");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(this::load)
                .withMessageStartingWith("model: " + directory
                        + " has no network for the role 'attributes', got [generator, identity, mapper]");
    }

    @Test
    void anotherArchitectureIsRefused() {
        change("mapper", "architecture", "transformer");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(this::load)
                .withMessageStartingWith("model: role 'mapper' must be of architecture 'mlp', got 'transformer'");
    }

    @Test
    void theMapperMustFitTheEncodersAndTheGenerator() {
        change("mapper", "config", Json.of(Map.of("widths", List.of(9, 7, 6), "slope", 0.2)));
        model.tensors.get("mapper").put("linear1.weight", HostArray.of(new float[63], 7, 9));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(this::load)
                .withMessageStartingWith(
                        "model: the mapper takes 9 features but identity (5) and attributes (3) give 8");
        change("mapper", "config", Json.of(Map.of("widths", List.of(8, 7, 10), "slope", 0.2)));
        model.tensors.get("mapper").put("linear1.weight", HostArray.of(new float[56], 7, 8));
        model.tensors.get("mapper").put("linear2.weight", HostArray.of(new float[70], 10, 7));
        model.tensors.get("mapper").put("linear2.bias", HostArray.of(new float[10], 10));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(this::load)
                .withMessageStartingWith("model: the mapper makes codes of 10 but the generator takes 6");
    }

    @Test
    void descriptionsThatLackSomethingAreRefused() {
        Json network = model.descriptions.get("attributes").get("network");
        change(
                "attributes",
                "network",
                Json.of(Map.of("input", network.get("input"), "ops", network.get("ops"), "output", "y")));
        assertThatExceptionOfType(IOException.class).isThrownBy(this::load).withMessageContaining("out_dim");
        change("generator", "config", Json.of(Map.of("img_resolution", 8)));
        assertThatExceptionOfType(IOException.class).isThrownBy(this::load).withMessageContaining("config");
    }

    @Test
    void unknownOperationsAreRefused() {
        Json network = model.descriptions.get("identity").get("network");
        change(
                "identity",
                "network",
                network.with("ops", List.of(Map.of("op", "attention", "in", List.of("x"), "out", "y"))));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(this::load)
                .withMessageContaining("attention")
                .withMessageContaining("CONV");
    }

    @Test
    void generatorsLoadFromAFileAlone() throws IOException {
        model.write(directory);
        Path file = directory.resolve("generator.safetensors");
        var config = NetworkLoader.generatorConfig(
                model.descriptions.get("generator").get("config"));
        try (Generator g = Generator.load(file, config, device)) {
            assertThat(g.resolution()).isEqualTo(8);
        }
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Generator.load(directory.resolve("none.safetensors"), config, device))
                .withMessageContaining("none.safetensors");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Generator.load(directory.resolve("mapper.safetensors"), config, device))
                .withMessageContaining("must be of a stylegan2-generator, got a latent-mlp");
    }

    private void change(String role, String key, Object value) {
        model.descriptions.put(role, model.descriptions.get(role).with(key, value));
    }

    private void load() throws IOException {
        Disentangler.load(model.write(directory), device).close();
    }
}

package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.Disentangler;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.image.Image;
import org.semblance.weights.Safetensors;
import org.semblance.weights.Weights;

class GenerateCommandTest {
    @TempDir
    static Path folder;

    private static final Map<String, HostArray> GENERATOR = new LinkedHashMap<>();

    @BeforeAll
    static void readGenerator() throws IOException {
        try (Weights weights = Disentangler.embeddedModel().weights("generator")) {
            for (String name : weights.names()) {
                GENERATOR.put(name, weights.get(name));
            }
        }
        Safetensors.write(file("generator"), GENERATOR, DType.F32, Map.of("licence", "Apache-2.0"));
    }

    private static Path file(String name) {
        return folder.resolve(name + ".safetensors");
    }

    private static Run generate(String name, Object... more) {
        Object[] words = new Object[more.length + 3];
        words[0] = "generate";
        words[1] = "--out";
        words[2] = folder.resolve(name);
        System.arraycopy(more, 0, words, 3, more.length);
        return Run.of(words);
    }

    private static Image made(String name, int seed) throws IOException {
        return Image.read(folder.resolve(name).resolve(String.format("seed%04d.png", seed)));
    }

    @Test
    void theSameSeedGivesTheSamePicture() throws IOException {
        generate("one", "--seeds", "3-4,20").succeeds();
        generate("two", "--seeds", "3-4,20").succeeds();
        for (int seed : new int[] {3, 4, 20}) {
            assertThat(made("one", seed)).isEqualTo(made("two", seed));
        }
        assertThat(made("one", 3)).isNotEqualTo(made("one", 4));
    }

    @Test
    void aLoneFileIsTheEmbeddedGenerator() throws IOException {
        generate("file", "--seeds", "7", "--weights", file("generator"), "--clamp", 256)
                .succeeds();
        generate("model", "--seeds", "7").succeeds();
        assertThat(made("file", 7)).isEqualTo(made("model", 7));
    }

    @Test
    void truncationDrawsTheMean() throws IOException {
        generate("mean", "--seeds", "1-2", "--psi", 0).succeeds();
        generate("half", "--seeds", "1", "--psi", 0.5, "--cutoff", 4).succeeds();
        assertThat(made("mean", 1)).isEqualTo(made("mean", 2)).isNotEqualTo(made("half", 1));
    }

    @Test
    void randomNoiseComesFromTheSeedOfThePicture() throws IOException {
        Map<String, HostArray> noisy = new LinkedHashMap<>(GENERATOR);
        noisy.replaceAll((name, array) ->
                name.endsWith("noise_strength") ? new HostArray(array.shape(), new float[] {0.5f}) : array);
        Safetensors.write(file("noisy"), noisy, DType.F32, Map.of());
        generate("r1", "--seeds", "1-3", "--weights", file("noisy"), "--noise", "random")
                .succeeds();
        generate("r2", "--seeds", "3", "--weights", file("noisy"), "--noise", "random")
                .succeeds();
        generate("c", "--seeds", "3", "--weights", file("noisy"), "--noise", "const")
                .succeeds();
        assertThat(made("r1", 3)).isEqualTo(made("r2", 3)).isNotEqualTo(made("c", 3));
    }

    @Test
    void refusesWeightsThatAreNotWhole() throws IOException {
        Map<String, HostArray> broken = new LinkedHashMap<>(GENERATOR);
        float[] bias = GENERATOR.get("mapping.fc1.bias").data().clone();
        bias[5] = Float.NaN;
        broken.put("mapping.fc1.bias", HostArray.of(bias, bias.length));
        Safetensors.write(file("nan"), broken, DType.F32, Map.of());
        generate("o", "--seeds", "1", "--weights", file("nan")).fails(1, "generate", "NaN", "mapping.fc1.bias");

        broken = new LinkedHashMap<>(GENERATOR);
        broken.remove("synthesis.b16.conv0.bias");
        Safetensors.write(file("short"), broken, DType.F32, Map.of());
        generate("o", "--seeds", "1", "--weights", file("short")).fails(1, "generate", "synthesis.b16.conv0.bias");
    }

    @Test
    void failsInOneLine() throws IOException {
        generate("o", "--seeds", "5-1").fails(2, "generate", "--seeds", "ascend");
        generate("o", "--seeds", "1", "--psi", "NaN").fails(2, "generate", "--psi");
        generate("o", "--seeds", "1", "--noise", "loud").fails(2, "generate", "--noise");
        generate("o", "--seeds", "1", "--label", "0").fails(2, "generate", "no labels");
        generate("o", "--seeds", "1", "--clamp", "256").fails(2, "generate", "--weights");
        generate("o", "--seeds", "1", "--weights", file("absent")).fails(1, "generate", "no such file", "absent");
        generate("o", "--seeds", "1", "--model", folder.resolve("absent")).fails(1, "generate", "no such model folder");
        Path text = Files.writeString(folder.resolve("text.safetensors"), "These are not tensors.");
        generate("o", "--seeds", "1", "--weights", text).fails(1, "generate", "safetensors", "text");
    }

    @Test
    void infoTellsWhatAFileHolds() {
        String out = Run.of("info", file("generator")).succeeds().out();
        assertThat(out)
                .contains("StyleGAN2 generator, skip, 64x64, z 512, w 512, no labels, 4 mapping layers")
                .contains("licence = Apache-2.0", "licence: Apache-2.0", "F32")
                .contains(String.format("  %-35s  F32   [512]", "mapping.fc0.bias")
                        .strip());
    }
}

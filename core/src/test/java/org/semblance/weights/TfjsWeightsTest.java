package org.semblance.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TfjsWeightsTest {
    private static final String GOOD = """
            [{"paths": ["one.bin", "two.bin"], "weights": [
              {"name": "a", "shape": [2, 2], "dtype": "float32",
               "quantization": {"dtype": "uint8", "scale": 0.1, "min": -3.25}},
              {"name": "b", "shape": [3], "dtype": "float32"},
              {"name": "c", "shape": [2], "dtype": "float32",
               "quantization": {"dtype": "uint16", "scale": 0.5, "min": 1}},
              {"name": "d", "shape": [], "dtype": "int32",
               "quantization": {"dtype": "uint8", "scale": 1, "min": -7}}]},
             {"paths": ["three.bin"], "weights": [
              {"name": "e", "shape": [1], "dtype": "float32", "quantization": {"dtype": "float16"}}]}]
            """;

    @TempDir
    Path dir;

    private Path write(String manifest) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(21).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {0, 1, (byte) 128, (byte) 255});
        bytes.putFloat(1.5f).putFloat(-2).putFloat(1e-20f);
        bytes.putShort((short) 3).putShort((short) 65535).put((byte) 9);
        byte[] all = bytes.array();
        Files.write(dir.resolve("one.bin"), Arrays.copyOf(all, 6)); // ends inside a tensor
        Files.write(dir.resolve("two.bin"), Arrays.copyOfRange(all, 6, 21));
        Files.write(dir.resolve("three.bin"), new byte[] {0, 0x3c});
        return Files.writeString(dir.resolve("x-weights_manifest.json"), manifest);
    }

    @Test
    void valuesOfEveryKind() throws IOException {
        try (Weights weights = TfjsWeights.open(write(GOOD))) {
            assertThat(weights.names()).containsExactly("a", "b", "c", "d", "e");
            assertThat(weights.get("a").data())
                    .containsExactly((float) -3.25, (float) (0.1 - 3.25), (float) (12.8 - 3.25), (float) (25.5 - 3.25));
            assertThat(weights.get("b").data()).containsExactly(1.5f, -2, 1e-20f);
            assertThat(weights.get("c").data()).containsExactly(2.5f, 32768.5f);
            assertThat(weights.doubles("d")).containsExactly(2);
            assertThat(weights.get("e").data()).containsExactly(1);
            assertThat(weights.renamed(n -> n + "2").get("a2").data()[0]).isEqualTo(-3.25f);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    [2, 2]|[2, 3]|must hold 23 bytes, got 21
                    [2, 2]|[-2, 2]|extents of at least 0
                    [2, 2]|[2000000000, 2000000000, 2000000000]|tfjs weights
                    uint8|uint4|expected uint8, uint16 or float16
                    one.bin|../one.bin|a plain file name
                    one.bin|/etc/passwd|a plain file name
                    one.bin|none.bin|none.bin
                    "b"|"a"|each name once
                    float32|complex64|float32, float16, int32
                    """)
    void damagedManifests(String from, String to, String why) throws IOException {
        Path manifest = write(GOOD.replaceFirst(Pattern.quote(from), to));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> TfjsWeights.open(manifest).close())
                .withMessageContaining(why);
    }

    @Test
    void anyByteMayBeWrong() throws IOException {
        byte[] good = GOOD.getBytes();
        Random random = new Random(8);
        for (int i = 0; i < 500; i++) {
            Path manifest = write(GOOD);
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] = (byte) (32 + random.nextInt(96));
            Files.write(manifest, bad);
            try (Weights weights = TfjsWeights.open(manifest)) {
                for (String name : weights.names()) {
                    assertThat(weights.doubles(name)).isNotNull();
                }
            } catch (IOException e) {
                assertThat(e).hasMessageMatching("(?s).+");
            }
        }
    }
}

package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.weights.Safetensors;

class ConvertCommandTest {
    @TempDir
    private Path folder;

    private Path mapper() throws IOException {
        Map<String, HostArray> tensors = new LinkedHashMap<>();
        int[] widths = {6, 5, 4};
        for (int i = 1; i < widths.length; i++) {
            Shape shape = Shape.of(widths[i], widths[i - 1]);
            tensors.put("linear" + i + ".weight", new HostArray(shape, new float[shape.intCount()]));
            tensors.put("linear" + i + ".bias", HostArray.of(new float[widths[i]], widths[i]));
        }
        Path file = folder.resolve("mapper.safetensors");
        Safetensors.write(file, tensors, DType.F32, Map.of());
        return file;
    }

    @Test
    void filesBecomeAFolder() throws IOException {
        Path out = folder.resolve("model");
        Run run = Run.of("convert", mapper(), "--out", out, "--licence", "CC0-1.0")
                .succeeds();
        assertThat(run.out()).contains("mapper.safetensors: mapper").contains("wrote " + out);
        assertThat(Run.of("info", out).succeeds().out()).contains("mapper: mlp", "CC0-1.0", "SHA-256 as described");
        assertThat(Run.of("info", mapper()).succeeds().out()).contains("looks like: a latent mapper, 6-5-4");
    }

    @Test
    void filesOfVeryManyTensorsAreToldInPart() throws IOException {
        Map<String, HostArray> tensors = new LinkedHashMap<>();
        for (int i = 0; i < 6000; i++) {
            tensors.put("t" + i, HostArray.of(new float[1], 1));
        }
        tensors.put("long" + "x".repeat(900), HostArray.of(new float[1], 1));
        Path file = folder.resolve("many.safetensors");
        Safetensors.write(file, tensors, DType.F32, Map.of());
        String out = Run.of("info", file).succeeds().out();
        assertThat(out)
                .contains("6001 tensors, 6,001 elements", "  t4999 ", "  and 1001 tensors more")
                .doesNotContain("  t5000 ");
        assertThat(out.lines().mapToInt(String::length).max().orElse(0)).isLessThan(400);
    }

    @Test
    void whatCannotBecomeANetworkIsTold() throws IOException {
        Path text = Files.writeString(folder.resolve("evil.pkl"), "cos\nsystem\n(S'touch pwned'\ntR.");
        Run.of("info", text).fails(1, "info", "os system", "nothing was called");
        Run.of("convert", text, "--out", folder.resolve("m")).fails(1, "convert", "os system");
        assertThat(folder.resolve("m")).doesNotExist();
        Run.of("convert", folder.resolve("absent"), "--out", folder).fails(1, "convert", "no such file");
    }
}

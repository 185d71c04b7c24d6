package org.semblance.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.json.Json;
import org.semblance.weights.Safetensors;
import org.semblance.weights.files.Samples;

@ExtendWith(NoLeaks.class)
class FileRunsTest {
    @TempDir
    private Path folder;

    private String run(String file, Map<String, Object> more) throws IOException {
        Path files = Files.createDirectories(folder.resolve("files"));
        if (!Files.exists(files.resolve(file))) {
            Samples.copy(file, files);
        }
        Map<String, Object> entry = new LinkedHashMap<>(Map.of("file", file, "id", "files/" + file));
        entry.putAll(more);
        Map<String, Object> manifest =
                Map.of("cases", new int[0], "files_root", "files", "files", java.util.List.of(entry));
        Files.writeString(folder.resolve("manifest.json"), Json.of(manifest).compact());
        return new Verifier(TestDevice.get())
                .run(OracleSet.open(folder), "files/", r -> {})
                .results()
                .get(0)
                .line();
    }

    private String expect(String file, String expect) throws IOException {
        return run(file, Map.of("expect", expect));
    }

    @ParameterizedTest
    @CsvSource({
        "resnet8_proto4.pkl, load, PASS",
        "resnet8_proto4.pkl, load G_ema, PASS",
        "resnet8_proto4.pkl, refuse, FAIL",
        "resnet8_proto4.pkl, refuse as weights, FAIL",
        "resnet8_proto4.pkl, refuse or load, PASS",
        "zip_p2.pt, load, PASS",
        "zip_p2.pt, refuse as weights, PASS",
        "bad_crc.pt, refuse, PASS",
        "bad_crc.pt, refuse as weights, PASS",
        "bad_crc.pt, load, FAIL"
    })
    void whatComesOfAFileIsComparedWithWhatIsExpected(String file, String expect, String status) throws IOException {
        assertThat(expect(file, expect)).startsWith(status + " files/" + file);
    }

    @Test
    void valuesAreComparedExactlyUnlessATolerance() throws IOException {
        assertThat(run("be.npy", Map.of("expect", "load", "values", Map.of("array", new int[] {0, 1, 2, 3, 4, 5}))))
                .startsWith("PASS");
        Map<String, Object> off = Map.of("array", new double[] {0, 1, 2, 3, 4, 5.25});
        assertThat(run("be.npy", Map.of("expect", "load", "values", off)))
                .startsWith("FAIL")
                .contains("array[5] is 5.0");
        assertThat(run("be.npy", Map.of("expect", "load", "values", off, "abs_tol", Map.of("array", 0.5))))
                .startsWith("PASS");
        assertThat(run("be.npy", Map.of("expect", "load", "values", Map.of("other", new int[] {0}))))
                .contains("no tensor named other");
        assertThat(run("be.npy", Map.of("expect", "load", "values", Map.of("array", new int[] {0}))))
                .contains("has 6 elements, expected 1");
    }

    /** Layers that were numbered in another session are the same. */
    @Test
    void expectedTensorsMayBeNumberedOtherwise() throws IOException {
        Path files = Files.createDirectories(folder.resolve("files"));
        Samples.copy("plain.h5", files);
        Map<String, HostArray> expected = new LinkedHashMap<>();
        try (var file = org.semblance.weights.files.WeightsFile.open(files.resolve("plain.h5"))) {
            for (String role : new String[] {"/kernel", "/bias"}) {
                expected.put("weight.dense" + role, file.weights().get("dense_9" + role));
                expected.put("weight.dense_1" + role, file.weights().get("dense_10" + role));
            }
        }
        Safetensors.write(files.resolve("e.safetensors"), expected, DType.F32, Map.of());
        Map<String, Object> more = Map.of("expect", "load", "expected", "e.safetensors");
        assertThat(run("plain.h5", more)).startsWith("PASS files/plain.h5 Keras HDF5, 4 tensors, latent-mlp");
        expected.put("weight.dense/bias", HostArray.of(new float[3], 3));
        Safetensors.write(files.resolve("e.safetensors"), expected, DType.F32, Map.of());
        assertThat(run("plain.h5", more)).startsWith("FAIL").contains("weight.dense/bias[0]");
    }

    @Test
    void outputsOfTheNetworkAreCompared() throws IOException {
        Path files = Files.createDirectories(folder.resolve("files"));
        Map<String, HostArray> expected = new LinkedHashMap<>();
        expected.put("x", HostArray.of(new float[4], 1, 4));
        expected.put("out.y", HostArray.of(new float[] {1e9f}, 1, 1));
        Safetensors.write(files.resolve("e.safetensors"), expected, DType.F32, Map.of());
        assertThat(run("plain.h5", Map.of("expect", "load", "expected", "e.safetensors")))
                .startsWith("FAIL")
                .contains("out.y[0] is");
        Map<String, Object> loose =
                Map.of("expect", "load", "expected", "e.safetensors", "abs_tol", Map.of("out.y", 2e9));
        assertThat(run("plain.h5", loose)).startsWith("PASS");
    }

    /** A file that a hostile one would create must not be there before, or nobody could tell who made it. */
    @Test
    void whatAHostileFileWouldCreateIsLookedFor() throws IOException {
        Path effect = folder.resolve("pwned").toAbsolutePath();
        Map<String, Object> entry = Map.of("expect", "refuse", "forbidden_effect", "creates " + effect + " if run");
        assertThat(run("bad_crc.pt", entry)).startsWith("PASS");
        Files.createFile(effect);
        assertThat(run("bad_crc.pt", entry)).startsWith("FAIL").contains("is there already");
    }

    @Test
    void missingAndForeignFilesFail() throws IOException {
        Files.createDirectories(folder.resolve("files"));
        Samples.copy("be.npy", folder);
        assertThat(run("be.npy", Map.of("expect", "load", "file", "../be.npy"))).contains("must lie inside the set");
        assertThat(run("be.npy", Map.of("expect", "refuse", "file", "absent.npy")))
                .startsWith("FAIL");
        assertThat(expect("be.npy", "hope")).startsWith("FAIL");
    }
}

package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code info} and {@code convert} on every container and every naming scheme: small networks as PyTorch 1.13, NumPy
 * 1.24 and h5py 3.7 write them, of the shapes that the schemes' origins have.
 */
class ForeignFormatsTest {
    @TempDir
    static Path folder;

    private static final List<String> LINES = new ArrayList<>();

    @BeforeAll
    static void unzip() throws IOException {
        try (InputStream in = ForeignFormatsTest.class.getResourceAsStream("formats.zip");
                ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(in))) {
            for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
                Files.write(folder.resolve(e.getName()), zip.readAllBytes());
            }
        }
        LINES.clear();
        LINES.addAll(Files.readAllLines(folder.resolve("formats.csv")));
    }

    /** File, container, role in a model folder, and what it looks like; the last two are empty for plain tensors. */
    @TestFactory
    Stream<DynamicTest> filesAreToldAndConverted() {
        assertThat(LINES).hasSize(18);
        return LINES.stream()
                .map(line -> line.split("\\|", -1))
                .map(f -> DynamicTest.dynamicTest(f[0], () -> {
                    Path file = folder.resolve(f[0]);
                    assertThat(Run.of("info", file).succeeds().out())
                            .contains(f[0] + ": " + f[1])
                            .contains(f[3].isEmpty() ? "looks like: no architecture" : f[3])
                            .contains("licence: ");
                    Path model = folder.resolve(f[0] + ".model");
                    if (f[2].isEmpty()) {
                        Run.of("convert", file, "--out", model).fails(1, "convert", "must be of a known network");
                        assertThat(model).doesNotExist();
                    } else {
                        converted(file, f[2], model);
                    }
                }));
    }

    private static void converted(Path file, String role, Path model) {
        assertThat(Run.of("convert", file, "--out", model).succeeds().out())
                .contains(file + ": " + role)
                .contains("wrote " + model);
        assertThat(Run.of("info", model).succeeds().out()).contains(role + ": ", "SHA-256 as described");
    }

    @Test
    void faceApisNetworksAreToldAndConverted() throws IOException {
        Path faces = SyntheticFaces.othersIn(folder.resolve("faces"));
        SyntheticFaces.in(faces);
        assertThat(Run.of("info", faces).succeeds().out())
                .contains("face-api.js' recogniser (dlib's ResNet), 150x150 to 128 numbers")
                .contains("face-api.js' small network of 68 landmarks, 112x112")
                .contains("face-api.js' smaller face detector, 416x416");
        String[][] roles = {
            {"face_recognition_model", "identity"},
            {"face_landmark_68_model", "landmarks"},
            {"face_landmark_68_tiny_model", "landmarks"},
            {"ssd_mobilenetv1_model", "detector"},
            {"tiny_face_detector_model", "detector"}
        };
        for (String[] role : roles) {
            converted(faces.resolve(role[0] + "-weights_manifest.json"), role[1], folder.resolve(role[0]));
        }
    }
}

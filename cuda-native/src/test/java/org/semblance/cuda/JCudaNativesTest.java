package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JCudaNativesTest {
    @TempDir
    private Path folder;

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = JCudaNatives.class.getResourceAsStream("/lib/" + name)) {
            assertThat(in).as(name).isNotNull();
            return in.readAllBytes();
        }
    }

    @Test
    void standThereWhole() throws IOException {
        Path first = folder.resolve(JCudaNatives.NAMES.get(0));
        Files.write(first, new byte[100]);
        JCudaNatives.place(folder);
        for (String name : JCudaNatives.NAMES) {
            assertThat(folder.resolve(name)).hasBinaryContent(resource(name));
        }
    }

    /** JCuda extracts what it does not find, here and under that name. */
    @Test
    void areWhereJCudaLooks() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        LoadsJCuda.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        try (Stream<Path> files = Files.list(folder)) {
            List<String> found = files.map(f -> f.getFileName().toString())
                    .filter(name -> name.endsWith(".so"))
                    .toList();
            assertThat(found).containsExactlyInAnyOrderElementsOf(JCudaNatives.NAMES);
        }
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatIOException().isThrownBy(() -> JCudaNatives.place(file)).withMessageContaining("file");
    }

    /** What that process runs; without a driver JCuda finds its library and cannot load it. */
    static final class LoadsJCuda {
        private LoadsJCuda() {}

        public static void main(String[] args) throws IOException {
            JCudaNatives.place();
            try {
                JCudaDriver.setExceptionsEnabled(false);
            } catch (LinkageError e) {
                System.out.println(e);
            }
        }
    }
}

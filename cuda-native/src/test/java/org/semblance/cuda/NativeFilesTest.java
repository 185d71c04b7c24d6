package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeFilesTest {
    private static final String NAME = "lib.so";

    @TempDir
    private Path cache;

    private static byte[] bytes(int build) {
        byte[] bytes = new byte[1 << 20];
        Arrays.fill(bytes, (byte) build);
        return bytes;
    }

    private Path extracted(byte[] library) throws IOException {
        return NativeFiles.extract(cache, Map.of(NAME, library)).resolve(NAME);
    }

    @Test
    void buildsOfOneNameStandSideBySide() throws IOException {
        Path one = extracted(bytes(1));
        Path other = extracted(bytes(2));
        assertThat(one).hasBinaryContent(bytes(1)).isNotEqualTo(other);
        assertThat(other).hasBinaryContent(bytes(2));
    }

    @Test
    void librariesThatBelongTogetherStayTogether() throws IOException {
        Map<String, byte[]> first = new LinkedHashMap<>();
        first.put("glue.so", bytes(1));
        first.put("kernels.so", bytes(2));
        Map<String, byte[]> second = new LinkedHashMap<>(first);
        second.put("kernels.so", bytes(3));
        assertThat(NativeFiles.extract(cache, first)).isNotEqualTo(NativeFiles.extract(cache, second));
        assertThat(NativeFiles.extract(cache, first).resolve("kernels.so")).hasBinaryContent(bytes(2));
    }

    @Test
    void whatIsThereIsNotWrittenAgain() throws IOException {
        Path library = extracted(bytes(1));
        Object file = Files.getAttribute(library, "unix:ino");
        assertThat(Files.getAttribute(extracted(bytes(1)), "unix:ino")).isEqualTo(file);
    }

    /** Written in place, what the other process has mapped would change under it. */
    @Test
    void aDamagedFileIsReplacedAndNotWrittenOver() throws IOException {
        Path library = extracted(bytes(1));
        byte[] damaged = Arrays.copyOf(bytes(1), 100);
        Files.write(library, damaged);
        try (FileChannel open = FileChannel.open(library)) {
            assertThat(extracted(bytes(1))).hasBinaryContent(bytes(1));
            assertThat(open.size()).isEqualTo(damaged.length);
        }
    }

    @Test
    void whoeverExtractsAtOnceFindsWholeFiles() throws Exception {
        int count = 16;
        CyclicBarrier start = new CyclicBarrier(count);
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Callable<byte[]>> work = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                byte[] mine = bytes(i % 2);
                work.add(() -> {
                    start.await();
                    return Files.readAllBytes(extracted(mine));
                });
            }
            List<Future<byte[]>> found = threads.invokeAll(work);
            for (int i = 0; i < count; i++) {
                assertThat(found.get(i).get()).isEqualTo(bytes(i % 2));
            }
        } finally {
            threads.shutdownNow();
        }
        try (Stream<Path> left = Files.walk(cache)) {
            assertThat(left.filter(Files::isRegularFile)).hasSize(2).allMatch(p -> p.endsWith(NAME));
        }
    }

    private Path used(int build, Instant when) throws IOException {
        Path folder = extracted(bytes(build)).getParent();
        NativeCache.touch(folder, when);
        return folder;
    }

    @Test
    void foldersThatNobodyUsesAreRemoved() throws IOException {
        Instant now = Instant.now();
        Path old = used(1, now.minus(NativeCache.KEPT).minusSeconds(60));
        Path recent = used(2, now.minus(NativeCache.KEPT).plusSeconds(60));
        Path other = Files.createDirectory(cache.resolve("notes"));
        NativeCache.touch(other, Instant.EPOCH);
        assertThat(NativeCache.prune(cache, now)).as("without a lock").isZero();
        NativeCache.use(
                cache,
                () -> assertThat(NativeCache.prune(cache, now)).as("in use").isZero());
        assertThat(old).exists();
        assertThat(NativeCache.prune(cache, now)).isEqualTo(1);
        assertThat(old).doesNotExist();
        assertThat(recent.resolve(NAME)).hasBinaryContent(bytes(2));
        assertThat(other).exists();
    }

    @Test
    void findingAFolderIsAUse() throws IOException {
        Instant now = Instant.now();
        Path folder = used(1, Instant.EPOCH);
        NativeCache.use(cache, () -> extracted(bytes(1)));
        assertThat(NativeCache.prune(cache, now)).isZero();
        assertThat(folder.resolve(NAME)).exists();
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> NativeFiles.load("libno_such.so"))
                .isInstanceOf(UnsatisfiedLinkError.class)
                .hasMessageContaining("/libno_such.so");
    }

    /** JVMs that start at the same time on a cache with nothing but a folder that nobody uses. */
    @Test
    void processesStartTogether() throws Exception {
        String glue = "linux-x86_64/libjnisemblance_kernels.so";
        assumeTrue(NativeFiles.class.getResource(glue) != null, "the CUDA kernels were not built");
        Path stale = cache.resolve("semblance-cuda").resolve("0".repeat(64));
        Files.createDirectories(stale);
        NativeCache.touch(stale, Instant.EPOCH);
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            processes.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Dorg.bytedeco.javacpp.cachedir=" + cache,
                            "-cp",
                            System.getProperty("java.class.path"),
                            LoadsKernels.class.getName())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        }
        for (Process process : processes) {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
            assertThat(said.strip()).isEqualTo("ABI " + SemblanceKernels.ABI_VERSION);
        }
        assertThat(stale).doesNotExist();
    }

    /** What the processes of that test run. */
    static final class LoadsKernels {
        private LoadsKernels() {}

        public static void main(String[] args) {
            System.out.println("ABI " + SemblanceKernels.smb_abi_version());
        }
    }
}

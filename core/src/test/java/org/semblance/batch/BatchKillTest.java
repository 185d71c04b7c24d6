package org.semblance.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that works is killed ({@code kill -9}) at random moments: files are whole, and the next run goes on. */
@Timeout(120)
class BatchKillTest {
    private static final int KILLS = 3;
    /** So many items the process may be ahead of who kills it. */
    private static final int AHEAD = 60;

    @TempDir
    private Path folder;

    @Test
    void killedRunsLeaveWholeFilesAndGoOn() throws Exception {
        Random random = new Random(11);
        long before = 0;
        for (int i = 0; i < KILLS; i++) {
            killedAfter(before + 20 + random.nextInt(40));
            long finished = finished();
            assertThat(finished)
                    .as("after kill " + (i + 1))
                    .isGreaterThan(before)
                    .isLessThan(SlowFiles.ITEMS);
            before = finished;
        }
        BatchReport report = new SlowFiles(folder, 0, SlowFiles.ITEMS).run(progress -> {});
        assertThat(report.isSuccess()).isTrue();
        assertThat(report.progress().skipped()).isEqualTo(before);
        assertThat(report.progress().done()).isEqualTo(SlowFiles.ITEMS - before);
        assertThat(names()).hasSize(SlowFiles.ITEMS + 1).noneMatch(name -> name.endsWith(".tmp"));
        requireWhole();
    }

    /** What the journal calls finished is there, and whatever is there is whole. */
    private long finished() throws IOException {
        requireWhole();
        List<String> lines = Files.readAllLines(folder.resolve("journal"));
        for (String line : lines.subList(1, lines.size() - 1)) {
            assertThat(folder.resolve(line.replace("\"", "") + ".bin")).exists();
        }
        String all = Files.readString(folder.resolve("journal"));
        return all.chars().filter(c -> c == '\n').count() - 1;
    }

    private void requireWhole() throws IOException {
        for (String name : names()) {
            if (name.endsWith(".bin")) {
                assertThat(folder.resolve(name))
                        .hasBinaryContent(SlowFiles.content(Integer.parseInt(name.split("\\.")[0])));
            }
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private void killedAfter(long items) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Xmx256m",
                        SlowFiles.class.getName(),
                        folder.toString(),
                        Long.toString(items + AHEAD))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            long done = 0;
            while (done < items) {
                String line = out.readLine();
                assertThat(line).as("the process works").isNotNull();
                done = Long.parseLong(line);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}

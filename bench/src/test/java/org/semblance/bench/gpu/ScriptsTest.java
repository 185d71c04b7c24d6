package org.semblance.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts that make and run a bundle for GPU hosts, on a bundle of stand-ins. */
class ScriptsTest {
    private static final Path TOOLS = Path.of("../tools").toAbsolutePath().normalize();
    private static final Path PEERS = Path.of("peers").toAbsolutePath();

    @TempDir
    private Path folder;

    /** What a command did. */
    private record Outcome(int code, String output) {}

    @BeforeAll
    static void needsBash() {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "no bash here");
    }

    private Outcome bash(Map<String, String> variables, String... words) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("SEMBLANCE_"));
        builder.environment().put("LC_ALL", "C");
        builder.environment().putAll(variables);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return new Outcome(process.exitValue(), output);
    }

    private void script(String name, String... lines) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/bash\n" + String.join("\n", lines) + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** A bundle whose Java only says what it was asked to do. */
    private void bundle() throws IOException {
        Files.copy(TOOLS.resolve("gpu-run"), folder.resolve("run"));
        Files.createDirectories(folder.resolve("oracle"));
        Files.createDirectories(folder.resolve("lib"));
        Files.createFile(folder.resolve("lib/a.jar"));
        Files.writeString(folder.resolve("COMMIT"), "abc\n");
        script("jre/bin/java", "echo \"java $*\"");
        script("native/fine_test", "echo 'ok   all'; echo fine");
    }

    private Outcome run(String... parts) throws IOException {
        return run(Map.of("SEMBLANCE_CUDA_LIBRARIES", folder.toString()), parts);
    }

    private Outcome run(Map<String, String> environment, String... parts) throws IOException {
        String[] words = Arrays.copyOf(new String[] {"bash", "run"}, 2 + parts.length);
        System.arraycopy(parts, 0, words, 2, parts.length);
        return bash(environment, words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpu-bundle", "gpu-run", "gpu-unpack"})
    void bashReadsEveryScript(String name) throws IOException {
        assertThat(bash(Map.of(), "bash", "-n", TOOLS.resolve(name).toString())).isEqualTo(new Outcome(0, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"stylegan2_torch.py", "step_torch.py"})
    void pythonReadsThePeers(String script) throws IOException {
        Path python = Path.of("/usr/bin/python3");
        assumeTrue(Files.isExecutable(python), "no Python here");
        String check = "import ast, sys; ast.parse(open(sys.argv[1]).read())";
        String peer = PEERS.resolve(script).toString();
        assertThat(bash(Map.of(), python.toString(), "-c", check, peer)).isEqualTo(new Outcome(0, ""));
    }

    @Test
    void aPartRunsTheNativeTestsAndHidesWhatPassed() throws IOException {
        bundle();
        Outcome outcome = run("natives:20");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.output())
                .contains("==== natives, at most 20 s\n---- fine_test\nfine\n==== natives passed after ");
    }

    @Test
    void aFailedTestFailsThePartAndTheNextPartsStillRun() throws IOException {
        bundle();
        script("native/bad_test", "echo FAIL it; exit 1");
        Outcome outcome = run("natives", "verify");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.output())
                .contains("FAIL it\nended with 1\n", "==== natives FAILED (1) after ", "==== verify passed after ");
    }

    /** Each of the two waits for the other, long where it shall come. */
    @ParameterizedTest
    @CsvSource({"6, '', 0", "6, 1, 1", "2, '', 1"})
    void nativeTestsRunSideBySideWhereProcessorsAreAndNoTimesAreTaken(int processors, String times, int code)
            throws IOException {
        bundle();
        script("bin/nproc", "echo " + processors);
        int turns = code == 0 ? 150 : 10;
        for (String own : List.of("one", "two")) {
            String other = own.equals("one") ? "two" : "one";
            script(
                    "native/" + own + "_test",
                    "touch " + own + "; for i in $(seq " + turns + "); do"
                            + " [ -e " + other + " ] && { rm -f " + other
                            + "; sleep 0.2; exit 0; }; sleep 0.1; done; rm " + own
                            + "; exit 3");
        }
        Map<String, String> environment = Map.of(
                "SEMBLANCE_CUDA_LIBRARIES",
                folder.toString(),
                "SMB_TEST_TIMES",
                times.isEmpty() ? "0" : times,
                "PATH",
                folder.resolve("bin") + ":" + System.getenv("PATH"));
        assertThat(run(environment, "natives:20").code()).isEqualTo(code);
    }

    @Test
    void aPartEndsAfterItsSeconds() throws IOException {
        bundle();
        script("native/slow_test", "sleep 50");
        Outcome outcome = run("natives:2");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.output()).contains("ended with 124\n");
    }

    @Test
    void programsGetTheirLimitTheResultsAndTheCommit() throws IOException {
        bundle();
        Outcome outcome = run("compare:100", "step:100", "bench:100", "soak:100", "tests");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.output())
                .contains("-Dsemblance.backend=cuda -Dsemblance.commit=abc -cp " + folder + "/lib/a.jar:")
                .contains("GpuCompareMain --out " + folder + "/results --device cuda --limit 90 --peer " + folder
                        + "/peers/stylegan2_torch.py --python python3\n")
                .contains("GpuStepMain --out " + folder + "/results --device cuda --config " + folder
                        + "/heads64.json --seconds 1 --limit 90 --peer " + folder
                        + "/peers/step_torch.py --python python3\n")
                .contains("GpuBenchMain --out " + folder + "/results --device cuda --limit 90\n")
                .contains("GpuSoakMain --device cuda --limit 95\n")
                .contains("-p org.semblance.bench -t gpu\n");
        assertThat(folder.resolve("results/soak.txt")).isNotEmptyFile();
        assertThat(folder.resolve("results/step.txt")).isNotEmptyFile();
    }

    /** They are chosen by a pattern, since most tests of their package need no GPU. */
    @Test
    void theTestsOfTheTrainerAreChosen() throws IOException {
        bundle();
        Matcher chosen = Pattern.compile("-p org\\.semblance --include-classname (\\S+)")
                .matcher(run("tests").output());
        assertThat(chosen.find()).isTrue();
        try (Stream<Path> tests = Files.list(Path.of("../core/src/test/java/org/semblance"))) {
            assertThat(tests.map(file -> file.getFileName().toString().replace(".java", ""))
                            .filter(name -> ("org.semblance." + name).matches(chosen.group(1))))
                    .containsExactlyInAnyOrder(
                            "BatchesTest",
                            "StartChecksTest",
                            "TrainerStopsTest",
                            "TrainerBaseModelTest",
                            "TrainerExportTest",
                            "TrainerTest",
                            "TrainerTeachersTest",
                            "TrainerCheckpointsTest",
                            "TrainerReadingsTest",
                            "TrainerClassPathTest");
        }
    }

    @Test
    void withoutPartsItTakesUnderEightMinutes() throws IOException {
        bundle();
        Outcome outcome = run();
        assertThat(outcome.code()).isZero();
        int seconds = outcome.output()
                .lines()
                .filter(line -> line.startsWith("==== ") && line.contains(", at most "))
                .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", "")))
                .sum();
        assertThat(seconds).isBetween(400, 479);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "natives:", "natives:0", "natives:soon", "usage"})
    void otherPartsAreExplainedAway(String part) throws IOException {
        bundle();
        Outcome outcome = run(part);
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.output()).startsWith("run [PART[:SECONDS]]...").contains("sanitizer");
    }

    @Test
    void gpuBundleExplainsItself() throws IOException {
        String script = TOOLS.resolve("gpu-bundle").toString();
        for (List<String> words : List.of(List.of(script), List.of(script, "--split"), List.of(script, "--nonsense"))) {
            Outcome outcome = bash(Map.of(), words.toArray(String[]::new));
            assertThat(outcome.code()).isEqualTo(2);
            assertThat(outcome.output()).startsWith("tools/gpu-bundle [--split] FOLDER [ORACLE]: ");
        }
    }

    @Test
    void piecesAreJoinedOnceAndRun() throws IOException {
        assumeTrue(bash(Map.of(), "bash", "-c", "command -v xz").code() == 0, "no xz here");
        script("whole/run", "echo ran $*; echo once >>\"$(dirname \"$0\")/../count\"; exit 7");
        String pack = "mkdir parts; tar -C whole -cf - . | xz | split -b 100 -d -a 2 - parts/bundle.tar.xz.; "
                + "cd parts && sha256sum bundle.tar.xz.* >SHA256SUMS && cp \"$1\" run";
        String unpack = TOOLS.resolve("gpu-unpack").toString();
        assertThat(bash(Map.of(), "bash", "-c", pack, "pack", unpack).code()).isZero();
        Map<String, String> at =
                Map.of("SEMBLANCE_BUNDLE_AT", folder.resolve("at").toString());
        assertThat(bash(at, "bash", "parts/run", "a", "b")).isEqualTo(new Outcome(7, "ran a b\n"));
        script("at/run", "echo kept");
        assertThat(bash(at, "bash", "parts/run")).isEqualTo(new Outcome(0, "kept\n"));
        Files.writeString(folder.resolve("parts/bundle.tar.xz.00"), "damaged");
        Outcome damaged =
                bash(Map.of("SEMBLANCE_BUNDLE_AT", folder.resolve("elsewhere").toString()), "bash", "parts/run");
        assertThat(damaged.code()).isNotZero();
        assertThat(damaged.output()).contains("bundle.tar.xz.00: FAILED");
    }
}

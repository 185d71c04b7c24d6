package org.semblance.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.json.Json;

/** Peers that get ready at once, played by a shell. */
class HeldPeersTest {
    private static final String HELLO = "echo '{\"torch\": \"0.0\", \"modes\": [\"graph\"], \"done\": true}'; ";
    private static final String READY = "echo '{\"mode\": \"graph\", \"ready_s\": 1}'; ";
    private static final String LATE = "echo '{\"mode\": \"compile\", \"error\": \"no time left\"}'; ";
    private static final String DONE = "echo '{\"done\": true}'; ";

    @TempDir
    private Path folder;

    private HeldPeers peers(String script, String... rows) throws IOException {
        List<String> command = List.of("sh", "-c", HELLO + "read request; " + script, "peer");
        return new HeldPeers(
                List.of(rows), command, folder, (peer, row) -> peer.prepare(row, List.of("graph", "compile"), 20));
    }

    /** Each answers only when both have begun. */
    @Test
    void theyGetReadyAtTheSameTime() throws IOException {
        String meet = "touch " + folder + "/$$.here; " + "while [ $(ls " + folder
                + "/*.here | wc -l) -lt 2 ]; do sleep 0.05; done; ";
        try (HeldPeers peers = peers(meet + READY + LATE + DONE + "read again; " + READY + DONE, "a", "b")) {
            peers.await(20);
            for (String row : List.of("a", "b")) {
                HeldPeers.Ready ready = peers.of(row).orElseThrow();
                assertThat(ready.modes()).containsExactly("graph");
                assertThat(peers.failure(row)).isEqualTo("compile: no time left");
                List<Json> answers = ready.peer().results(Map.of("do", "measure"), 10);
                assertThat(answers).hasSize(1);
            }
            assertThat(peers.hello()).isPresent();
        }
    }

    @Test
    void theyShareAFolderThatIsGoneAfterwards() throws IOException {
        String script = "while [ $# -gt 0 ] && [ $1 != --shared ]; do shift; done; touch $2/lock; echo $2 > " + folder
                + "/shared; " + READY + DONE;
        try (HeldPeers peers = peers(script, "a")) {
            peers.await(20);
            assertThat(peers.failure("a")).isNull();
            assertThat(Path.of(Files.readString(folder.resolve("shared")).trim())
                            .resolve("lock"))
                    .exists();
        }
        assertThat(Path.of(Files.readString(folder.resolve("shared")).trim())).doesNotExist();
    }

    @Test
    @Timeout(120)
    void whoIsLateOrDiesIsNamedAndTheOthersStay() throws Exception {
        String script = "case $request in *late*) sleep 60;; *dead*) touch " + folder + "/dead; exit 3;; *) " + READY
                + DONE + "touch " + folder + "/fine; read end;; esac";
        try (HeldPeers peers = peers(script, "late", "dead", "fine")) {
            while (!Files.exists(folder.resolve("dead")) || !Files.exists(folder.resolve("fine"))) {
                Thread.sleep(10);
            }
            peers.await(3);
            assertThat(peers.failure("late")).isEqualTo("3 s were not enough to get ready");
            assertThat(peers.failure("dead")).isEqualTo("java.io.IOException: peer: it ended with 3");
            assertThat(peers.failure("fine")).isNull();
            assertThat(peers.of("late")).isEqualTo(Optional.empty());
            assertThat(peers.of("dead")).isEqualTo(Optional.empty());
            assertThat(peers.of("fine")).isPresent();
        }
    }

    /** It is ended at the end of the wait, not when all are closed. */
    @Test
    @Timeout(120)
    void whoStillStartsWhenTimeIsUpIsEnded() throws Exception {
        Path pid = folder.resolve("pid");
        String script = "echo $$ > " + pid + ".new; mv " + pid + ".new " + pid + "; sleep 60; " + HELLO;
        try (HeldPeers peers =
                new HeldPeers(List.of("a"), List.of("sh", "-c", script, "peer"), folder, (peer, row) -> List.of())) {
            while (!Files.exists(pid)) {
                Thread.sleep(10);
            }
            ProcessHandle process = ProcessHandle.of(
                            Long.parseLong(Files.readString(pid).trim()))
                    .orElseThrow();
            peers.await(0.1);
            assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(60));
            assertThat(peers.failure("a")).isEqualTo("0 s were not enough to get ready");
            assertThat(peers.of("a")).isEmpty();
        }
    }

    @Test
    void aWaitThatIsInterruptedSaysWhatItWasFor() throws IOException {
        try (HeldPeers peers = peers("sleep 60", "a")) {
            Thread.currentThread().interrupt();
            peers.await(20);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(peers.failure("a")).isEqualTo("interrupted while it was to get ready");
        }
    }
}

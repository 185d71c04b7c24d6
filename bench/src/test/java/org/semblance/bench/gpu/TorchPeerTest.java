package org.semblance.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.json.Json;

/** The conversation with a peer, played by a shell. */
class TorchPeerTest {
    private static final GpuRow ROW = GpuRow.of("256-b1-forward-fp16");
    private static final String HELLO = "echo '{\"torch\": \"0.0\", \"modes\": [\"eager\"], \"done\": true}'; ";

    @TempDir
    private Path folder;

    private TorchPeer peer(String script) throws IOException {
        return new TorchPeer(List.of("sh", "-c", script), folder.resolve("log"), 20);
    }

    @Test
    void answersComeUntilTheLast() throws IOException {
        String script =
                HELLO + "read request; echo \"$request\" >&2; echo '{\"mode\": \"eager\"}'; echo '{\"done\": true}'";
        try (TorchPeer peer = peer(script)) {
            assertThat(peer.hello().get("torch").asString()).isEqualTo("0.0");
            List<Json> answers = peer.measure(ROW, List.of("eager"), 1, 5);
            assertThat(answers).hasSize(1);
            assertThat(answers.get(0).get("mode").asString()).isEqualTo("eager");
        }
        Json request = Json.parse(folder.resolve("log"));
        assertThat(request.get("row").asString()).isEqualTo("256-b1-forward-fp16");
        assertThat(request.get("modes").asStrings()).containsExactly("eager");
    }

    @Test
    void whatThePeerRefusesIsAnError() throws IOException {
        try (TorchPeer peer = peer(HELLO + "read request; echo '{\"done\": true, \"error\": \"no\"}'; sleep 60")) {
            assertThatThrownBy(() -> peer.again(ROW, 1))
                    .isInstanceOf(IOException.class)
                    .hasMessage("peer: no");
        }
    }

    @Test
    void aPeerThatEndsIsAnError() {
        assertThatThrownBy(() -> peer("echo why >&2; exit 3"))
                .isInstanceOf(IOException.class)
                .hasMessage("peer: it ended with 3; see " + folder.resolve("log"));
        assertThat(folder.resolve("log")).hasContent("why");
    }

    @Test
    void aPeerThatIsLateIsEnded() throws IOException {
        Path pid = folder.resolve("pid");
        try (TorchPeer peer = new TorchPeer(
                List.of("sh", "-c", "echo $$ > " + pid + "; " + HELLO + "exec sleep 60"), folder.resolve("log"), 20)) {
            assertThatThrownBy(() -> peer.measure(ROW, List.of("eager"), 1, -9.8))
                    .isInstanceOf(IOException.class)
                    .hasMessage("peer: it did not answer in time");
            long id = Long.parseLong(Files.readString(pid).trim());
            assertThat(ProcessHandle.of(id))
                    .satisfiesAnyOf(
                            ended -> assertThat(ended).isEmpty(),
                            ends -> assertThat(ends.orElseThrow().onExit()).succeedsWithin(Duration.ofSeconds(60)));
        }
    }
}

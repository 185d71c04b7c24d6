package org.semblance.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.bench.RandomGenerator;
import org.semblance.json.Json;
import org.semblance.networks.stylegan2.StyleGan2Generator;

/** A row beside a peer on the CPU; a shell plays the peer, and has its picture from a file. */
class GpuSessionTest {
    private static final GpuRow ROW = GpuRow.of("8-b1-forward-fp32");

    @TempDir
    private Path folder;

    private List<String> command() {
        String draw =
                "cp " + folder.resolve("drawn") + " \"$(echo \"$r\" | sed 's/.*\"file\": *\"\\([^\"]*\\)\".*/\\1/')\"";
        String answer = "case $r in *picture*) " + draw + ";; *prepare*) echo '{\"mode\": \"eager\"}';;"
                + " *measure*) echo '{\"turn\": 1}';; *again*) echo '{\"turn\": 2}';; esac; ";
        String done = "echo '{\"done\": true}'; ";
        return List.of("sh", "-c", done + "while read r; do " + answer + done + "done", "peer");
    }

    private Json measured(byte[] picture) throws IOException {
        Files.write(folder.resolve("drawn"), picture);
        try (GpuSession session = new GpuSession(Device.cpu(), 0.01);
                HeldPeers peers = session.peers(List.of(ROW), command(), folder, List.of("eager"), 60)) {
            return Json.of(session.measure(ROW, peers));
        }
    }

    private static byte[] ours() {
        Device cpu = Device.cpu();
        try (StyleGan2Generator generator = StyleGan2Generator.load(ROW.config(), new RandomGenerator(), cpu, false);
                GeneratorRun run = new GeneratorRun(generator, cpu, ROW)) {
            float[] values = run.onHost(Precision.FLOAT32).data();
            ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.nativeOrder());
            bytes.asFloatBuffer().put(values);
            return bytes.array();
        }
    }

    @Test
    void aPeerThatAgreesIsMeasuredTwice() throws IOException {
        Json result = measured(ours());
        assertThat(result.get("peer")).isEqualTo(Json.of(List.of(Map.of("turn", 1), Map.of("turn", 2))));
        assertThat(result.get("semblance").elements()).hasSize(2);
        assertThat(result.has("peer_error")).isFalse();
    }

    @Test
    void aPeerThatDrawsAnotherPictureIsNotMeasuredAtAll() throws IOException {
        Json result = measured(new byte[4 * 3 * 8 * 8]);
        assertThat(result.get("peer").elements()).isEmpty();
        assertThat(result.get("semblance").elements()).hasSize(2);
        assertThat(result.get("peer_error").asString())
                .isEqualTo("8-b1-forward-fp32: its picture at 8 is 1.0 from ours, at most 0.001 is allowed");
    }
}

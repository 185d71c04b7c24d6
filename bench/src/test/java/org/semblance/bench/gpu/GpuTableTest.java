package org.semblance.bench.gpu;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.semblance.json.Json;

class GpuTableTest {
    private Json results = Json.of(null);

    @BeforeEach
    void read() throws IOException {
        try (InputStream in = requireNonNull(GpuTableTest.class.getResourceAsStream("results.json"))) {
            results = Json.parse(in, "results.json");
        }
    }

    @Test
    void mediansOverTurnsAndTheFastestPeer() {
        assertThat(GpuTable.of(results).lines().skip(2))
                .containsExactly(
                        "| 256 x 256, forward, fp16 | 1 | 0.400 | 2500 | 0.050 | 8.00 | 0.800 | compile | 0.50 |"
                                + " 0.6 ms, ratio 1.1 | yes |",
                        "| 1024 x 1024, forward, fp16 | 8 | 8.000 | 1000 | 2.000 | 4.00 | 7.900 | graph | 1.01 |"
                                + " ratio 1.0 | no |",
                        "| 256 x 256, forward and backward, bf16 | 8 |  |  | 0.500 |  |  |  |  |"
                                + " 6.0 ms, ratio 1.1 |  |",
                        "| 256 x 256, forward, fp16 | 32 | 9.000 | 3556 | 1.000 | 9.00 |  |  |  |"
                                + " 8.0 ms, ratio 1.1 | no |");
    }

    @Test
    void thePageHasTheMachineTheWaysAndWhatFailed() {
        assertThat(GpuTable.page(results))
                .contains("- commit: none: a made-up file for a test\n", "- peer: {\"torch\":\"0.0\"}\n")
                .contains("| 256 x 256, forward, fp16 | 1 | 0.500 | 0.030 | 1.0e-03 | 4.000 |  | 0.800 |  | 0.900 |"
                        + " 3.0e-03 |")
                .contains("- ours, 256-b8-backward-bf16: no such thing here\n")
                .contains("- peer, 256-b8-backward-bf16: peer: it did not answer in time\n")
                .contains("- peer, 256-b1-forward-fp16, tuned sum: TimeoutError: took longer than its limit\n");
    }

    @Test
    void allRowsOfATableHaveAsManyCells() {
        GpuTable.page(results).lines().filter(line -> line.startsWith("|")).forEach(line -> assertThat(
                        line.chars().filter(c -> c == '|').count())
                .isEqualTo(12));
    }
}

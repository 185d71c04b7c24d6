package org.semblance.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.contract.NoLeaks;

/**
 * Replays inputs of up to 4 kB with which coverage-guided fuzzing reached new code: each is read or refused by an
 * {@link IOException}, and anything else comes out of these tests.
 */
@Timeout(600)
@ExtendWith(NoLeaks.class)
class CorpusTest {
    @TempDir
    private Path folder;

    /** At least so many inputs, of which at least so many are refused and read. */
    private static void replay(String corpus, int least, Predicate<byte[]> fault) {
        AtomicInteger read = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        Corpora.read(corpus, (name, bytes) -> (fault.test(bytes) ? refused : read).incrementAndGet());
        assertThat(read.get() + refused.get()).isGreaterThanOrEqualTo(least);
        assertThat(read.get()).as("read").isPositive();
        assertThat(refused.get()).as("refused").isPositive();
    }

    @Test
    void onnxFiles() {
        replay("onnx.zip", 300, OnnxFuzzer::fault);
    }

    @Test
    void pictures() {
        replay("image.zip", 500, ImageFuzzer::fault);
    }

    @Test
    void manifests() {
        replay("tfjs.zip", 40, bytes -> {
            try {
                return TfjsFuzzer.fault(bytes, folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void modelFolders() {
        replay("model.zip", 100, ModelFolderFuzzer::fault);
    }
}

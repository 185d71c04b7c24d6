package org.semblance.weights.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happened to a file, it loads or ends in an {@link IOException}; anything else comes out of these tests. */
@Timeout(120)
class DamagedFilesTest {
    private static final int DAMAGES = 250;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zip_p2.pt", "zip_p4.pt", "leg_p2.pt", "leg_p4.pt", "defl.pt", "ck.pt", "np_p4.pkl", "np_p5.pkl",
                "old_bytes.pkl", "resnet8_proto4.pkl", "exp.npz", "be.npy", "f.npy", "mlp.h5", "plain.h5", "latest.h5",
                "bad_hardloop.h5"
            })
    void damageIsFoundOrHarmless(String name) {
        byte[] whole = Samples.bytes(name);
        int refused = 0;
        for (long seed = 0; seed < DAMAGES; seed++) {
            byte[] damaged = Mutation.of(whole, seed);
            refused += Opening.fault(Samples.write(damaged, folder.resolve(name))) == null ? 0 : 1;
        }
        assertThat(refused).isPositive();
    }

    /** Inputs with which coverage-guided fuzzing reached new code, those of up to 4 kB. */
    @Test
    void theCorpusIsReplayed() throws IOException {
        int count = 0;
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(Samples.bytes("corpus.zip")))) {
            while (zip.getNextEntry() != null) {
                Opening.fault(Samples.write(zip.readAllBytes(), folder.resolve("x.pkl")));
                count++;
            }
        }
        assertThat(count).isGreaterThan(900);
    }

    /** Cut anywhere, a file is refused: each container says how long it is. */
    @ParameterizedTest
    @ValueSource(strings = {"zip_p2.pt", "leg_p4.pt", "np_p4.pkl", "resnet8_proto4.pkl", "exp.npz", "be.npy", "mlp.h5"})
    void filesThatWereCutAreRefused(String name) {
        byte[] whole = Samples.bytes(name);
        for (int i = 0; i < 40; i++) {
            int length = (int) ((long) whole.length * i / 40);
            Path cut = Samples.write(java.util.Arrays.copyOf(whole, length), folder.resolve(name));
            assertThat(Opening.fault(cut)).as(name + " cut at " + length).isNotNull();
        }
    }
}

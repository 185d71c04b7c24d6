package org.semblance.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;

/**
 * Three hundred small files of every container: what PyTorch 1.13, NumPy 1.24 and h5py 3.7 write with their various
 * options must load exactly, damaged and hostile variants must be refused. A set as {@code verify} reads it.
 */
@Timeout(180)
@ExtendWith(NoLeaks.class)
class ForeignFilesTest {
    @TempDir
    private Path folder;

    private void unzip() throws IOException {
        try (InputStream in = ForeignFilesTest.class.getResourceAsStream("foreign.zip");
                ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(in))) {
            for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
                Path place = folder.resolve(e.getName());
                Files.createDirectories(place.getParent());
                Files.write(place, zip.readAllBytes());
            }
        }
    }

    @Test
    void everyFileLoadsOrIsRefusedAsItMust() throws IOException {
        unzip();
        VerifySummary summary = new Verifier(TestDevice.get()).run(OracleSet.open(folder), "files/", r -> {});
        assertThat(summary.results()).hasSizeGreaterThan(300);
        assertThat(summary.results().stream()
                        .filter(r -> r.status() != CaseResult.Status.PASS)
                        .map(CaseResult::line))
                .isEmpty();
    }
}

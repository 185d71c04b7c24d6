package org.semblance.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordFileTest {
    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void threeRecords() throws IOException {
        path = folder.resolve("records");
        try (RecordFile file = RecordFile.open(path)) {
            file.add(new byte[] {1, 2, 3});
            file.add(new byte[0]);
            file.add(new byte[] {4, 5});
        }
    }

    @Test
    void recordsAreThereAgain() throws IOException {
        try (RecordFile file = RecordFile.open(path)) {
            assertThat(file.count()).isEqualTo(3);
            assertThat(file.get(0)).containsExactly(1, 2, 3);
            assertThat(file.get(1)).isEmpty();
            assertThat(file.get(2)).containsExactly(4, 5);
            assertThatThrownBy(() -> file.get(3)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aTornRecordIsCutOffAndWrittenAnew() throws IOException {
        byte[] whole = Files.readAllBytes(path);
        for (int kept = whole.length - 1; kept > whole.length - 14; kept--) {
            Files.write(path, Arrays.copyOf(whole, kept));
            try (RecordFile file = RecordFile.open(path)) {
                assertThat(file.count()).isEqualTo(2);
                file.add(new byte[] {4, 5});
            }
            assertThat(Files.readAllBytes(path)).isEqualTo(whole);
        }
    }

    @Test
    void aDamagedRecordEndsTheFile() throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        bytes[12]++;
        Files.write(path, bytes);
        try (RecordFile file = RecordFile.open(path)) {
            assertThat(file.count()).isZero();
        }
        assertThat(path).isEmptyFile();
    }

    @Test
    void aLengthBeyondTheFileAllocatesNothing() throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        bytes[0] = 0x7f;
        Files.write(path, bytes);
        try (RecordFile file = RecordFile.open(path)) {
            assertThat(file.count()).isZero();
        }
    }

    @Test
    void laterRecordsCanBeForgotten() throws IOException {
        try (RecordFile file = RecordFile.open(path)) {
            file.keep(5);
            assertThat(file.count()).isEqualTo(3);
            file.keep(1);
            file.add(new byte[] {9});
            assertThat(file.get(1)).containsExactly(9);
        }
        try (RecordFile file = RecordFile.open(path)) {
            assertThat(file.count()).isEqualTo(2);
        }
    }
}

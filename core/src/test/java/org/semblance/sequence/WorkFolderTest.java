package org.semblance.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
    @TempDir
    private Path folder;

    private Path work() {
        return folder.resolve("out/.sequence");
    }

    @Test
    void twoRunsDoNotShareAFolder() throws IOException {
        try (WorkFolder first = WorkFolder.open(work(), "a")) {
            assertThat(first.isFound()).isFalse();
            assertThatThrownBy(() -> WorkFolder.open(work(), "a"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another run is at work in " + work());
            assertThatThrownBy(() -> WorkFolder.remove(work())).hasMessageContaining("another run is at work");
        }
        WorkFolder.open(work(), "a").close();
        WorkFolder.remove(work());
        assertThat(work()).doesNotExist();
        WorkFolder.remove(work());
    }

    @Test
    void draftsOfAKilledRunAreSweptAndOtherFilesStay() throws IOException {
        WorkFolder.open(work(), "a").close();
        Path draft = work().resolve(".run.sha256." + UUID.randomUUID() + ".tmp");
        Files.writeString(draft, "half of i");
        WorkFolder.open(work(), "a").close();
        assertThat(draft).doesNotExist();
        Files.writeString(draft, "half of i");
        Path other = Files.writeString(work().resolve("notes.txt"), "mine");
        WorkFolder.remove(work());
        assertThat(work()).isDirectoryContaining("glob:**/notes.txt");
        assertThat(draft).doesNotExist();
        Files.delete(other);
        WorkFolder.remove(work());
        assertThat(work()).doesNotExist();
    }

    @Test
    void theSecretStaysUntilTheFolderGoesAndIsItsOwnersAlone() throws IOException {
        byte[] secret = WorkFolder.secret(work());
        assertThat(secret).hasSize(32).isEqualTo(WorkFolder.secret(work()));
        WorkFolder.remove(work());
        assertThat(WorkFolder.secret(work())).isNotEqualTo(secret);
        assumeThat(folder.getFileSystem().supportedFileAttributeViews()).contains("posix");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(work())))
                .isEqualTo("rwx------");
    }
}

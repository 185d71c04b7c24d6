package org.semblance.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DraftFileTest {
    @TempDir
    private Path folder;

    @Test
    void appearsWhenItIsCommitted() throws IOException {
        Path place = folder.resolve("new/a.txt");
        try (DraftFile draft = DraftFile.of(place)) {
            draft.out().write("whole".getBytes());
            assertThat(place).doesNotExist();
            assertThat(draft.path()).exists();
            draft.commit(true);
        }
        assertThat(place).hasContent("whole");
        assertThat(place.getParent()).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void leavesTheOldOneWhenItIsNot() throws IOException {
        Path place = Files.writeString(folder.resolve("a.txt"), "old");
        try (DraftFile draft = DraftFile.of(place)) {
            draft.out().write(1);
        }
        assertThat(place).hasContent("old");
        assertThat(folder.toFile().list()).containsExactly("a.txt");
    }

    @Test
    void sweepsOnlyDrafts() throws IOException {
        DraftFile left = DraftFile.of(folder.resolve("b.png"));
        left.out().flush();
        Files.writeString(folder.resolve(".mine.tmp"), "mine");
        Files.writeString(folder.resolve("b.png"), "done");
        assertThat(DraftFile.sweep(folder)).isEqualTo(1);
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder(".mine.tmp", "b.png");
        left.close();
    }

    @Test
    void contentReplacesTheOldFileWhole() throws IOException {
        Path place = Files.writeString(folder.resolve("a.txt"), "old and longer");
        DraftFile.write(place, out -> out.write("new".getBytes()));
        assertThat(place).hasContent("new");
        DraftFile.write(place, out -> {});
        assertThat(place).isEmptyFile();
        assertThat(folder.toFile().list()).containsExactly("a.txt");
    }

    @Test
    void contentThatFailsLeavesTheOldFileAlone() throws IOException {
        Path place = Files.writeString(folder.resolve("a.txt"), "old");
        assertThatIOException()
                .isThrownBy(() -> DraftFile.write(place, out -> {
                    out.write("half".getBytes());
                    throw new IOException("full");
                }))
                .withMessage("full");
        assertThat(place).hasContent("old");
        assertThat(folder.toFile().list()).containsExactly("a.txt");
    }

    @Test
    void aPlaceThatCannotBeTakenKeepsWhatItHas() throws IOException {
        Path taken = Files.createDirectories(folder.resolve("taken/by")).getParent();
        assertThatIOException().isThrownBy(() -> DraftFile.write(taken, out -> out.write(1)));
        assertThat(folder.toFile().list()).containsExactly("taken");
        assertThat(taken.resolve("by")).isDirectory();
    }

    @Test
    void onlyOfMakesFolders() {
        assertThatIOException().isThrownBy(() -> DraftFile.write(folder.resolve("b/a.txt"), out -> out.write(1)));
        assertThatIOException()
                .isThrownBy(() -> DraftFile.beside(folder.resolve("b/a.txt")).out());
        assertThat(folder).isEmptyDirectory();
    }
}

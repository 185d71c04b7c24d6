package org.semblance.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.image.Image;

class FrameFolderTest {
    @TempDir
    private Path folder;

    private void frame(String name, int colour) throws IOException {
        Image.filled(4, 2, colour).writePng(folder.resolve(name));
    }

    @Test
    void numbersInNamesCountAsNumbers() throws IOException {
        for (String name : List.of("f10.png", "f9.PNG", "f1.png", "e20x2.png", "e20x11.png", "f010b.png")) {
            frame(name, 0);
        }
        Files.writeString(folder.resolve("notes.txt"), "");
        Files.writeString(folder.resolve(".hidden.png"), "");
        FrameFolder frames = FrameFolder.of(folder);
        assertThat(IntStream.range(0, frames.estimate()).mapToObj(frames::name))
                .containsExactly("e20x2", "e20x11", "f1", "f9", "f10", "f010b");
    }

    @Test
    void readsFromAnyFrameOn() throws IOException {
        frame("a1.png", 0x010101);
        frame("a2.png", 0x020202);
        FrameFolder frames = FrameFolder.of(folder);
        try (FrameReader reader = frames.open(1)) {
            assertThat(Objects.requireNonNull(reader.next()).rgb(0, 0)).isEqualTo(0x020202);
            assertThat(reader.next()).isNull();
        }
    }

    @Test
    void theFingerprintTellsOtherFrames() throws IOException {
        frame("a1.png", 0);
        String before = FrameFolder.of(folder).fingerprint();
        assertThat(FrameFolder.of(folder).fingerprint()).isEqualTo(before);
        frame("a2.png", 0);
        assertThat(FrameFolder.of(folder).fingerprint()).isNotEqualTo(before);
    }

    @Test
    void foldersThatMakeNoSequenceAreRefused() throws IOException {
        assertThatThrownBy(() -> FrameFolder.of(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no .png, .jpg or .jpeg file");
        frame("a.png", 0);
        Image.filled(4, 2, 0).writeJpeg(folder.resolve("a.jpg"), 0.9);
        assertThatThrownBy(() -> FrameFolder.of(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("differ in more than their endings");
    }
}

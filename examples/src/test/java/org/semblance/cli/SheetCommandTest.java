package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.image.Image;

/** Contact sheets of folders. */
class SheetCommandTest {
    private static final int SIDE = 16;
    private static final int MARGIN = 2;

    @TempDir
    Path folder;

    @BeforeEach
    void pictures() throws IOException {
        for (int i = 0; i < 4; i++) {
            picture("top/p" + i + ".png", SIDE, 0x100000 * (i + 1));
        }
        picture("below/q.png", SIDE, 0x0000ff);
    }

    private void picture(String name, int side, int colour) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        Image.filled(side, side, colour).writePng(file);
    }

    private Run sheet(Object... more) {
        Object[] words = new Object[more.length + 5];
        words[0] = "sheet";
        words[1] = folder.resolve("top");
        words[2] = folder.resolve("below");
        words[3] = "--out";
        words[4] = folder.resolve("s.png");
        System.arraycopy(more, 0, words, 5, more.length);
        return Run.of(words);
    }

    private int colour(int column, int row) throws IOException {
        int step = SIDE + MARGIN;
        return Image.read(folder.resolve("s.png"))
                .rgb(MARGIN + column * step + SIDE / 2, MARGIN + row * step + SIDE / 2);
    }

    @Test
    void eachFolderIsARow() throws IOException {
        assertThat(sheet().succeeds().lastLine())
                .isEqualTo(folder.resolve("s.png").toString());
        Image drawn = Image.read(folder.resolve("s.png"));
        assertThat(drawn.width()).isEqualTo(MARGIN + 4 * (SIDE + MARGIN));
        assertThat(drawn.height()).isEqualTo(MARGIN + 2 * (SIDE + MARGIN));
        assertThat(colour(0, 0)).isEqualTo(0x100000);
        assertThat(colour(3, 0)).isEqualTo(0x400000);
        assertThat(colour(0, 1)).isEqualTo(0x0000ff);
        assertThat(colour(1, 1)).isEqualTo(0xffffff);
    }

    @Test
    void leavesPicturesOut() throws IOException {
        sheet("--every", 3).succeeds();
        assertThat(Image.read(folder.resolve("s.png")).width()).isEqualTo(MARGIN + 2 * (SIDE + MARGIN));
        assertThat(colour(1, 0)).isEqualTo(0x400000);
    }

    @Test
    void picturesOfOtherSizesAreScaledOrRefused() throws IOException {
        picture("below/r.png", 2 * SIDE, 0x00ff00);
        sheet().fails(1, "sheet", "images must have one size");
        sheet("--side", SIDE).succeeds();
        assertThat(colour(1, 1)).isEqualTo(0x00ff00);
    }

    @Test
    void labelsMakeRoomBelow() throws IOException {
        sheet("--labels").succeeds();
        assertThat(Image.read(folder.resolve("s.png")).height()).isGreaterThan(MARGIN + 2 * (SIDE + MARGIN));
    }

    @Test
    void refusesWhatMakesNoSense() {
        sheet("--every", 0).fails(2, "sheet", "--every must be at least 1, got 0");
        sheet("--side", 0).fails(2, "sheet", "--side must be 1 to 4096, got 0");
        Run.of("sheet", folder.resolve("top"), "--out", folder.resolve("top/p0.png"))
                .fails(1, "sheet", "the result must not replace an input");
        Run.of("sheet", folder.resolve("none"), "--out", folder.resolve("s.png"))
                .fails(1, "sheet", "no such folder");
    }
}

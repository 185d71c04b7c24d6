package org.semblance.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LabelTest {
    private static String[] drawn(String text, int width, int height) {
        Image image = Label.draw(text, width, height, 1, 0xffffff);
        String[] rows = new String[height];
        for (int y = 0; y < height; y++) {
            StringBuilder row = new StringBuilder();
            for (int x = 0; x < width; x++) {
                row.append(image.rgb(x, y) == 0 ? '#' : '.');
            }
            rows[y] = row.toString();
        }
        return rows;
    }

    @Test
    void lettersLookLikeLetters() {
        assertThat(drawn("Hg", 12, 9))
                .containsExactly(
                        "#...#.......",
                        "#...#.......",
                        "#...#..####.",
                        "#####.#...#.",
                        "#...#.#...#.",
                        "#...#..####.",
                        "#...#.....#.",
                        ".......###..",
                        "............");
    }

    @Test
    void textIsBrokenAndCutOff() {
        assertThat(drawn("aabb", 12, 18)).isEqualTo(concat(drawn("aa", 12, 9), drawn("bb", 12, 9)));
        assertThat(drawn("abcdefgh", 30, 9)).isEqualTo(drawn("abc..", 30, 9));
    }

    private static String[] concat(String[] a, String[] b) {
        String[] all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }

    @Test
    void whatHasNoLetterIsShownAsOne() {
        assertThat(drawn("é", 6, 9)).isEqualTo(drawn("e", 6, 9));
        assertThat(drawn("山", 6, 9)).isEqualTo(drawn("?", 6, 9)).isNotEqualTo(drawn(" ", 6, 9));
    }

    @Test
    void everyAsciiCharacterHasItsOwn() {
        for (char c = '!'; c <= '~'; c++) {
            assertThat(String.join("", drawn("" + c, 6, 9))).contains("#");
            if (c != '?') {
                assertThat(drawn("" + c, 6, 9)).as("" + c).isNotEqualTo(drawn("?", 6, 9));
            }
        }
    }

    @Test
    void inkIsWhiteOnDark() {
        assertThat(Label.draw("I", 6, 9, 1, 0x101010).rgb(2, 3)).isEqualTo(0xffffff);
        assertThat(Label.draw("I", 12, 18, 2, 0xffffff).rgb(5, 7)).isZero();
    }
}

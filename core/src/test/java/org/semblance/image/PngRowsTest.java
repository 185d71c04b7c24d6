package org.semblance.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PngRowsTest {
    /** Noise in one half, a slope in the other, so that every filter is the best one somewhere. */
    static Image picture(int width, int height, long seed) {
        Random random = new Random(seed);
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % width;
            int y = i / 3 / width;
            rgb[i] = (byte) (y < height / 2 ? random.nextInt(256) : 2 * x + 3 * y + i % 3);
        }
        return Image.of(width, height, rgb);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "1, 40, 7", "333, 200, 33", "700, 90, 90", "64, 64, 1"})
    void readsBackAsItWasWritten(int width, int height, int band) throws IOException {
        Image image = picture(width, height, width);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PngRows png = new PngRows(bytes, width, height)) {
            for (int y = 0; y < height; y += band) {
                png.write(image.cropped(0, y, width, Math.min(band, height - y)));
            }
            png.finish();
        }
        assertThat(Image.read(new ByteArrayInputStream(bytes.toByteArray()), "rows"))
                .isEqualTo(image);
    }

    @Test
    void isAboutAsSmallAsTheEncoderOfTheJdkMakesIt() throws IOException {
        Image image = Image.filled(500, 500, 0x336699);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PngRows png = new PngRows(bytes, 500, 500)) {
            png.write(image);
            png.finish();
        }
        assertThat(bytes.size()).isLessThan(2 * image.toPng().length);
    }

    @Test
    void refusesWhatDoesNotFit() throws IOException {
        try (PngRows png = new PngRows(new ByteArrayOutputStream(), 4, 3)) {
            assertThatThrownBy(() -> png.write(Image.filled(5, 1, 0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("4 wide");
            png.write(Image.filled(4, 2, 0));
            assertThatThrownBy(() -> png.write(Image.filled(4, 2, 0))).hasMessageContaining("at most 1 high");
            assertThatThrownBy(png::finish)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("expected 3 rows, got 2");
        }
        assertThatThrownBy(() -> new PngRows(new ByteArrayOutputStream(), 0, 3)).hasMessageContaining("0x3");
    }
}

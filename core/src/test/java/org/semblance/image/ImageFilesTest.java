package org.semblance.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sample files hold 4x2 pixels whose columns are, of 8-bit grey or of each colour channel, 0, 64, 128, 255. */
class ImageFilesTest {
    @TempDir
    Path dir;

    @Test
    void pngIsExact() throws IOException {
        Image image = noise(37, 23);
        Path file = dir.resolve("x.png");
        image.writePng(file);
        assertThat(Image.read(file)).isEqualTo(image);
        assertThat(Image.read(new ByteArrayInputStream(image.toPng()), "bytes")).isEqualTo(image);
        assertThat(dir.toFile().list()).containsExactly("x.png");
    }

    @Test
    void jpegIsCloseAndSmallerWithLessQuality() throws IOException {
        Image image = noise(4, 4).resized(64, 64);
        image.writeJpeg(dir.resolve("good.jpg"), 1);
        image.writeJpeg(dir.resolve("poor.jpg"), 0.2);
        assertThat(Files.size(dir.resolve("poor.jpg"))).isLessThan(Files.size(dir.resolve("good.jpg")));
        Image back = Image.read(dir.resolve("good.jpg"));
        assertThat(meanDifference(image, back)).isLessThan(3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> image.writeJpeg(dir.resolve("x.jpg"), 1.5))
                .withMessage("image: JPEG quality must be 0 to 1, got 1.5");
    }

    @ParameterizedTest
    @CsvSource({
        "grey8.png",
        "grey16.png",
        "greyalpha8.png",
        "palette.png",
        "rgb8.png",
        "rgb16.png",
        "rgba8.png",
        "rgba16.png",
        "rgb8_interlaced.png",
        "grey_key.png"
    })
    void readsEveryKindOfPng(String name) throws IOException {
        Image image = sample(name);
        assertThat(image).hasToString("image 4x2");
        int[] expected = {0, 0x404040, 0x808080, 0xffffff};
        for (int x = 0; x < 4; x++) {
            assertThat(image.rgb(x, 0)).as("column %d", x).isEqualTo(expected[x]);
        }
    }

    @Test
    void transparentPixelsLieOnWhite() throws IOException {
        assertThat(sample("rgba8.png").rgb(0, 1)).isEqualTo(0xffffff);
        assertThat(sample("rgba8.png").rgb(1, 1)).isEqualTo(0x7f7fff);
        assertThat(sample("greyalpha8.png").rgb(0, 1)).isEqualTo(0xffffff);
        assertThat(sample("grey_key.png").rgb(0, 1)).isEqualTo(0xffffff);
        assertThat(sample("palette.png").rgb(0, 1)).isEqualTo(0xffffff);
    }

    @Test
    void greyJpegKeepsItsLevels() throws IOException {
        BufferedImage grey = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 256; i++) {
            grey.getRaster().setSample(i % 16, i / 16, 0, 100);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(grey, "jpeg", bytes);
        int level = Image.read(new ByteArrayInputStream(bytes.toByteArray()), "grey")
                        .rgb(8, 8)
                & 0xff;
        assertThat(level).isBetween(99, 101);
    }

    @Test
    void refusesWhatIsNoImage() throws IOException {
        Path text = Files.writeString(dir.resolve("x.png"), "hello");
        refused(() -> Image.read(text), "image: cannot read " + text + ": not a PNG or JPEG file");
        Path none = dir.resolve("none.png");
        refused(() -> Image.read(none), "image: cannot read " + none + ": no such file");
        refused(() -> Image.read(InputStream.nullInputStream(), "empty"), "cannot read empty: not a PNG or JPEG");
        byte[] png = noise(9, 9).toPng();
        byte[] cut = java.util.Arrays.copyOf(png, png.length / 2);
        refused(() -> Image.read(new ByteArrayInputStream(cut), "cut"), "cannot read cut: damaged");
    }

    @Test
    void filesAreThoseOfThePackedPixels() throws IOException {
        Image image = noise(37, 21);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        ImageIO.write(image.toBufferedImage(), "png", packed);
        assertThat(image.toPng()).isEqualTo(packed.toByteArray());
    }

    @Test
    void writingLeavesTheFileOrNothing() throws IOException {
        Path taken = Files.createDirectory(dir.resolve("taken.png"));
        refused(() -> noise(3, 3).writePng(taken), "image: cannot write " + taken);
        noise(3, 3).writePng(dir.resolve("new.png"));
        assertThat(dir.toFile().list()).containsExactlyInAnyOrder("taken.png", "new.png");
    }

    @Test
    void refusesHugeImagesBeforeDecodingThem() throws IOException {
        byte[] png = noise(3, 3).toPng();
        ByteBuffer.wrap(png).putInt(16, 100_000).putInt(20, 100_000).putInt(29, crc(png, 12, 29));
        refused(
                () -> Image.read(new ByteArrayInputStream(png), "bomb"),
                "image: cannot read bomb: 100000x100000 pixels, more than the limit of 67108864");
    }

    /** What the pixels take counts, not only their number, and what a file of this size can hold. */
    @Test
    void declaredSizesAreJudgedBeforeAnythingIsAllocated() throws IOException {
        DecodedSize wide = new DecodedSize(true, 64, 4, 1L << 31, Photo.MAX_PIXELS, 1L << 34);
        assertThat(wide.fault(8192, 8192)).isNull();
        assertThat(wide.fault(16384, 16384))
                .isEqualTo("16384x16384 pixels of 64 bits, more than the limit of 1073741824 bytes");
        assertThat(new DecodedSize(false, 24, 0, 1L << 31, Photo.MAX_PIXELS, 1L << 34).fault(16384, 16384))
                .isNull();
        assertThat(new DecodedSize(true, 64, 4, 1 << 20, Photo.MAX_PIXELS, 1L << 29).fault(8192, 4096))
                .isEqualTo("8192x4096 pixels need 385 MiB, more than three quarters of the heap of 512 MiB"
                        + " (-Xmx sets it)");
        byte[] rgba16;
        try (InputStream in = ImageFilesTest.class.getResourceAsStream("rgba16.png")) {
            rgba16 = in.readAllBytes();
        }
        ByteBuffer.wrap(rgba16).putInt(16, 16384).putInt(20, 16384).putInt(29, crc(rgba16, 12, 29));
        refused(
                () -> Photo.read(new ByteArrayInputStream(rgba16), "bomb"),
                "image: cannot read bomb: 16384x16384 pixels of 64 bits, more than the limit of 1073741824 bytes");
        byte[] thin = noise(3, 3).toPng();
        ByteBuffer.wrap(thin).putInt(16, 4000).putInt(20, 4000).putInt(29, crc(thin, 12, 29));
        refused(
                () -> Image.read(new ByteArrayInputStream(thin), "thin"),
                "image: cannot read thin: 4000x4000 pixels cannot be in a file of " + thin.length + " bytes");
        Image.filled(4000, 4000, 0x336699).writePng(dir.resolve("plain.png"));
        assertThat(Image.read(dir.resolve("plain.png")).width()).isEqualTo(4000);
        Image.filled(4000, 4000, 0x336699).writeJpeg(dir.resolve("plain.jpg"), 0.1);
        assertThat(Image.read(dir.resolve("plain.jpg")).width()).isEqualTo(4000);
    }

    @Test
    void damagedFilesAreAnsweredWithIoExceptionsOnly() throws IOException {
        Random random = new Random(2);
        Image image = noise(16, 16);
        image.writeJpeg(dir.resolve("x.jpg"), 0.8);
        byte[][] good = {image.toPng(), Files.readAllBytes(dir.resolve("x.jpg"))};
        int refused = 0;
        for (int round = 0; round < 2000; round++) {
            byte[] bad = good[round % 2].clone();
            for (int i = 0; i < 4; i++) {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                Image.read(new ByteArrayInputStream(bad), "fuzz");
            } catch (IOException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void refusesToWriteIntoAFolderThatIsNotThere() {
        refused(() -> noise(2, 2).writePng(dir.resolve("a/b.png")), "image: cannot write " + dir.resolve("a/b.png"));
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatExceptionOfType(IOException.class).isThrownBy(call).withMessageContaining(message);
    }

    private static Image sample(String name) throws IOException {
        try (InputStream in = ImageFilesTest.class.getResourceAsStream(name)) {
            return Image.read(in, name);
        }
    }

    private static Image noise(int width, int height) {
        byte[] bytes = new byte[3 * width * height];
        new Random(7).nextBytes(bytes);
        return Image.of(width, height, bytes);
    }

    private static double meanDifference(Image a, Image b) {
        byte[] x = a.toBytes();
        byte[] y = b.toBytes();
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += Math.abs((x[i] & 0xff) - (y[i] & 0xff));
        }
        return sum / x.length;
    }

    private static int crc(byte[] bytes, int from, int to) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }
}

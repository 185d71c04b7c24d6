package org.semblance.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Node;

class PhotoTest {
    @TempDir
    Path dir;

    /** Red, green over blue, white, 32 pixels each, as they are stored. */
    private static Image quarters() {
        Canvas canvas = new Canvas(64, 64, 0xff0000);
        canvas.paste(Image.filled(32, 32, 0x00ff00), 32, 0);
        canvas.paste(Image.filled(32, 32, 0x0000ff), 0, 32);
        canvas.paste(Image.filled(32, 32, 0xffffff), 32, 32);
        return canvas.toImage().cropped(0, 0, 64, 48);
    }

    /** The colours of the upright corners, as EXIF defines where row 0 and column 0 of what is stored lie. */
    @ParameterizedTest
    @CsvSource({"1, RGBW", "2, GRWB", "3, WBGR", "4, BWRG", "5, RBGW", "6, BRWG", "7, WGBR", "8, GWRB"})
    void exifTurnsUpright(int orientation, String corners) throws IOException {
        for (boolean little : new boolean[] {true, false}) {
            byte[] tiff = tiff(orientation, little);
            ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
            byte[] plain = ImageWriting.jpeg(quarters(), 1);
            jpeg.write(plain, 0, 2);
            jpeg.write(new byte[] {(byte) 0xff, (byte) 0xe1, 0, (byte) (tiff.length + 8), 'E', 'x', 'i', 'f', 0, 0});
            jpeg.writeBytes(tiff);
            jpeg.write(plain, 2, plain.length - 2);
            assertThat(corners(read(jpeg.toByteArray()))).isEqualTo(corners);
            assertThat(corners(read(pngWith(tiff)))).isEqualTo(corners);
        }
    }

    private static byte[] pngWith(byte[] tiff) throws IOException {
        byte[] png = quarters().toPng();
        ByteBuffer chunk = ByteBuffer.allocate(12 + tiff.length);
        chunk.putInt(tiff.length).put(new byte[] {'e', 'X', 'I', 'f'}).put(tiff);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, 4 + tiff.length);
        chunk.putInt((int) crc.getValue());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(png, 0, 33); // signature and header
        out.writeBytes(chunk.array());
        out.write(png, 33, png.length - 33);
        return out.toByteArray();
    }

    /** A TIFF structure with one entry, the orientation. */
    private static byte[] tiff(int orientation, boolean little) {
        ByteBuffer to = ByteBuffer.allocate(26).order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        to.put((byte) (little ? 'I' : 'M'))
                .put((byte) (little ? 'I' : 'M'))
                .putShort((short) 42)
                .putInt(8);
        to.putShort((short) 1).putShort((short) 0x112).putShort((short) 3).putInt(1);
        to.putShort((short) orientation).putShort((short) 0).putInt(0);
        return to.array();
    }

    private static Photo read(byte[] bytes) throws IOException {
        return Photo.read(new ByteArrayInputStream(bytes), "test");
    }

    private static String corners(Photo photo) {
        Image image = photo.image();
        int right = image.width() - 5;
        int bottom = image.height() - 5;
        return colour(image.rgb(5, 5))
                + colour(image.rgb(right, 5))
                + colour(image.rgb(5, bottom))
                + colour(image.rgb(right, bottom));
    }

    private static String colour(int rgb) {
        boolean red = (rgb >> 16 & 0xff) > 128;
        boolean green = (rgb >> 8 & 0xff) > 128;
        return red && green ? "W" : red ? "R" : green ? "G" : "B";
    }

    @Test
    void damagedExifIsUpright() throws IOException {
        byte[] tiff = tiff(6, true);
        Random random = new Random(4);
        for (int i = 0; i < 200; i++) {
            byte[] broken = tiff.clone();
            broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            Image image = read(pngWith(broken)).image();
            assertThat(image.width() + image.height()).isEqualTo(112);
        }
    }

    @Test
    void cmykJpegsAreRead() throws IOException {
        Image image = read(cmyk()).image();
        assertThat(image).hasToString("image 16x16");
        int rgb = image.rgb(8, 8);
        assertThat(rgb >> 16 & 0xff).as("no cyan: red").isGreaterThan(170);
        assertThat(rgb >> 8 & 0xff).as("magenta: no green").isLessThan(110);
        assertThat(Image.read(new ByteArrayInputStream(cmyk()), "cmyk")).isEqualTo(image);
    }

    /** Magenta and yellow, stored inverted with Adobe's marker as Photoshop does. */
    private static byte[] cmyk() throws IOException {
        BufferedImage four = new BufferedImage(16, 16, BufferedImage.TYPE_4BYTE_ABGR);
        WritableRaster raster = four.getRaster();
        for (int i = 0; i < 256; i++) {
            raster.setPixel(i % 16, i / 16, new int[] {255, 20, 40, 255});
        }
        ImageWriter writer = Codecs.jpegWriter();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(four), null);
        String format = "javax_imageio_jpeg_image_1.0";
        IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(format);
        Node sequence = root.getElementsByTagName("markerSequence").item(0);
        IIOMetadataNode adobe = new IIOMetadataNode("app14Adobe");
        adobe.setAttribute("version", "100");
        adobe.setAttribute("flags0", "0");
        adobe.setAttribute("flags1", "0");
        adobe.setAttribute("transform", "0");
        sequence.insertBefore(adobe, sequence.getFirstChild());
        metadata.setFromTree(format, root);
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(raster, null, metadata), null);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    @Test
    void transparencyStays() throws IOException {
        BufferedImage soft = new BufferedImage(8, 4, BufferedImage.TYPE_INT_ARGB);
        for (int i = 0; i < 32; i++) {
            soft.setRGB(i % 8, i / 8, i * 8 << 24 | 0x204060);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(soft, "png", bytes);
        Photo photo = read(bytes.toByteArray());
        assertThat(photo.hasAlpha()).isTrue();
        assertThat(photo.alpha(3, 2)).isEqualTo(19 * 8);
        photo.with(Image.filled(8, 4, 0x102030)).writePng(dir.resolve("x.png"));
        Photo back = Photo.read(dir.resolve("x.png"));
        assertThat(back.alpha(3, 2)).isEqualTo(19 * 8);
        assertThat(back.image().rgb(3, 2)).isEqualTo(0x102030);
    }

    /** An AWT image that is handed in is not changed, though decoded ones are taken over. */
    @Test
    void imagesOfOthersStay() {
        BufferedImage theirs = new BufferedImage(2, 1, BufferedImage.TYPE_3BYTE_BGR);
        theirs.setRGB(0, 0, 0x123456);
        Image ours = Image.of(theirs);
        assertThat(ours.rgb(0, 0)).isEqualTo(0x123456);
        theirs.setRGB(0, 0, 0xffffff);
        assertThat(ours.rgb(0, 0)).isEqualTo(0x123456);
    }

    @Test
    void saysWhatIsWrong() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Photo.read(dir.resolve("none.jpg")))
                .withMessageContaining("no such file");
    }
}

package org.semblance.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.semblance.image.Animation.Timing;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class AnimationTest {
    private static final Timing THREE = new Timing(3, 120, 0);

    /** Large enough for several chunks each. */
    private static final List<Image> FRAMES = IntStream.range(0, 3)
            .mapToObj(i -> PngRowsTest.picture(300, 240, i))
            .toList();

    private record Chunk(String type, byte[] data) {}

    private static byte[] png(List<Image> frames) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Animation animation = Animation.png(bytes, THREE)) {
            for (Image frame : frames) {
                animation.add(frame);
            }
            animation.finish();
        }
        return bytes.toByteArray();
    }

    private static List<Chunk> chunks(byte[] png) throws IOException {
        List<Chunk> chunks = new ArrayList<>();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(png));
        in.skipNBytes(8);
        while (in.available() > 0) {
            int length = in.readInt();
            String type = new String(in.readNBytes(4));
            chunks.add(new Chunk(type, in.readNBytes(length)));
            in.readInt();
        }
        return chunks;
    }

    @Test
    void readersWithoutAnimationSeeTheFirstFrame() throws IOException {
        assertThat(Image.read(new ByteArrayInputStream(png(FRAMES)), "apng")).isEqualTo(FRAMES.get(0));
    }

    /** The rules of the format: running numbers without a gap, and frames that are pictures of their own. */
    @Test
    void framesOfAnimatedPngAreExact() throws IOException {
        List<Chunk> chunks = chunks(png(FRAMES));
        assertThat(chunks.get(0).type()).isEqualTo("IHDR");
        assertThat(chunks.get(1).type()).isEqualTo("acTL");
        assertThat(ByteBuffer.wrap(chunks.get(1).data()).getInt()).isEqualTo(3);
        int number = 0;
        List<ByteArrayOutputStream> frames = new ArrayList<>();
        for (Chunk chunk : chunks) {
            ByteBuffer data = ByteBuffer.wrap(chunk.data());
            if (chunk.type().equals("fcTL")) {
                assertThat(data.getInt()).isEqualTo(number++);
                assertThat(data.getInt()).isEqualTo(300);
                assertThat(data.getInt()).isEqualTo(240);
                assertThat(data.getShort(20)).isEqualTo((short) 120);
                assertThat(data.getShort(22)).isEqualTo((short) 1000);
                frames.add(new ByteArrayOutputStream());
            } else if (chunk.type().equals("fdAT")) {
                assertThat(data.getInt()).isEqualTo(number++);
                frames.get(frames.size() - 1).write(chunk.data(), 4, chunk.data().length - 4);
            } else if (chunk.type().equals("IDAT")) {
                frames.get(0).write(chunk.data());
            }
        }
        assertThat(number).as("several chunks per frame").isGreaterThan(5);
        for (int i = 0; i < 3; i++) {
            assertThat(alone(frames.get(i).toByteArray())).isEqualTo(FRAMES.get(i));
        }
    }

    private static Image alone(byte[] data) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PngChunks chunks = new PngChunks(bytes);
        chunks.begin(300, 240);
        chunks.chunk("IDAT", data, data.length);
        chunks.end();
        return Image.read(new ByteArrayInputStream(bytes.toByteArray()), "frame");
    }

    @Test
    void gifsPlayAllFramesForEver() throws IOException {
        List<Image> plain = IntStream.of(0xff0000, 0x00ff00, 0x0000ff)
                .mapToObj(c -> Image.filled(20, 10, c))
                .toList();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Animation animation = Animation.gif(bytes, THREE)) {
            for (Image frame : plain) {
                animation.add(frame);
            }
            animation.finish();
        }
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            reader.setInput(in);
            assertThat(reader.getNumImages(true)).isEqualTo(3);
            for (int i = 0; i < 3; i++) {
                assertThat(Image.of(reader.read(i))).isEqualTo(plain.get(i));
                NodeList control = ((Element) reader.getImageMetadata(i).getAsTree("javax_imageio_gif_image_1.0"))
                        .getElementsByTagName("GraphicControlExtension");
                assertThat(control.item(0)
                                .getAttributes()
                                .getNamedItem("delayTime")
                                .getNodeValue())
                        .isEqualTo("12");
            }
        } finally {
            reader.dispose();
        }
        assertThat(new String(bytes.toByteArray(), StandardCharsets.ISO_8859_1))
                .containsOnlyOnce("NETSCAPE2.0\u0003\u0001\u0000\u0000\u0000");
    }

    @Test
    void framesMustBeAlikeAndAllThere() throws IOException {
        try (Animation animation = Animation.png(new ByteArrayOutputStream(), THREE)) {
            animation.add(Image.filled(4, 4, 0));
            assertThatThrownBy(() -> animation.add(Image.filled(4, 5, 0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("3 frames of 4x4");
            assertThatThrownBy(animation::finish)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("got 1");
        }
        assertThatThrownBy(() -> new Timing(0, 100, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}

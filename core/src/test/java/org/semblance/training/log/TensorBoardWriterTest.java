package org.semblance.training.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.image.Image;
import org.semblance.training.StepLosses;
import org.semblance.training.TestScores;
import org.semblance.training.TrainingPreview;
import org.semblance.training.TrainingProgress;

/** Event files byte by byte, as the formats of records and of protocol buffers have them. */
class TensorBoardWriterTest {
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_700_000_000L), ZoneOffset.UTC);
    private static final String WALL = "0900000040fc54d941"; // field 1, 1.7e9 as a double

    @TempDir
    Path folder;

    /** The data of each record, its lengths and checksums found right. */
    private static List<byte[]> records(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> records = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(in.position(), length);
            byte[] data = new byte[Math.toIntExact(in.getLong())];
            assertThat(in.getInt()).isEqualTo(masked(length));
            in.get(data);
            assertThat(in.getInt()).isEqualTo(masked(data));
            records.add(data);
        }
        return records;
    }

    private static int masked(byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        long value = crc.getValue();
        return (int) (((value >>> 15 | value << 17) & 0xFFFFFFFFL) + 0xa282ead8L);
    }

    private static String hex(byte[] data) {
        return HexFormat.of().formatHex(data);
    }

    private Path onlyFile() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.reduce((a, b) -> {
                        throw new AssertionError("two files");
                    })
                    .orElseThrow();
        }
    }

    /** The CRC of "123456789" is 0xe3069283 (RFC 3720); masked as TensorFlow does it is 0xc8b2b0a5. */
    @Test
    void checksumsAreMaskedCastagnoli() throws IOException {
        Path file = folder.resolve("r");
        try (RecordFile records = new RecordFile(file)) {
            records.write("123456789".getBytes(StandardCharsets.US_ASCII));
        }
        byte[] bytes = Files.readAllBytes(file);
        int rotated = 0xe3069283 >>> 15 | 0xe3069283 << 17;
        assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(21))
                .isEqualTo(rotated + 0xa282ead8);
        assertThat(bytes).hasSize(8 + 4 + 9 + 4);
    }

    @Test
    void writesVersionAndScalars() throws IOException {
        try (TensorBoardWriter board = TensorBoardWriter.open(folder, 0, CLOCK)) {
            board.scalar("a/b", 300, 1.5);
        }
        assertThat(onlyFile().getFileName()).asString().startsWith("events.out.tfevents.1700000000.");
        List<byte[]> records = records(onlyFile());
        assertThat(hex(records.get(0))).isEqualTo(WALL + "1000" + "1a0d" + hex("brain.Event:2".getBytes()));
        // step 300; summary; value; tag "a/b"; simple_value 1.5f
        assertThat(hex(records.get(1))).isEqualTo(WALL + "10ac02" + "2a0c" + "0a0a" + "0a03612f62" + "150000c03f");
        assertThat(records).hasSize(2);
    }

    @Test
    void aResumedRunForgetsWhatLiesBeyond() throws IOException {
        try (TensorBoardWriter first = TensorBoardWriter.open(folder, 0, CLOCK)) {
            first.scalar("a", 1, 1);
        }
        Path before = onlyFile();
        try (TensorBoardWriter second = TensorBoardWriter.open(folder, 4, CLOCK)) {
            second.scalar("a", 5, 1);
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> both = files.sorted().toList();
            assertThat(both).hasSize(2).first().isEqualTo(before);
            assertThat(hex(records(both.get(1)).get(1))).isEqualTo(WALL + "1005" + "3a02" + "0801"); // session start
        }
    }

    @Test
    void writesPicturesAsPng() throws IOException {
        Image red = Image.filled(4, 4, 0xff0000);
        Image blue = Image.filled(4, 4, 0x0000ff);
        try (TensorBoardWriter board = TensorBoardWriter.open(folder, 0, CLOCK)) {
            board.previewed(new TrainingPreview(7, List.of(red), List.of(blue), List.of(blue)));
        }
        byte[] record = records(onlyFile()).get(1);
        int start = hex(record).indexOf("89504e470d0a1a0a") / 2;
        Image sheet = Image.read(new ByteArrayInputStream(record, start, record.length - start), "record");
        assertThat(sheet.width()).isEqualTo(3 * 4 + 4 * 2);
        assertThat(sheet.rgb(2, 2)).isEqualTo(0xff0000);
        assertThat(sheet.rgb(8, 2)).isEqualTo(0x0000ff);
    }

    @Test
    void listensToARun() throws IOException {
        float no = Float.NaN;
        StepLosses losses =
                new StepLosses(0.5f, 2, no, no, no, no, no, no, no, no, no, no, no, no, no, 3, no, no, no, 1);
        Map<String, Double> scores = new LinkedHashMap<>(Map.of("identity", 0.8));
        try (TensorBoardWriter board = TensorBoardWriter.open(folder, 0, CLOCK)) {
            board.progressed(new TrainingProgress(10, 100, losses, 1e-3, 2, 50, Duration.ofMinutes(1)));
            board.tested(20, new TestScores(0.8, 1.5, scores));
            board.text("config", 0, "# settings");
            assertThat(records(onlyFile())).as("flushed").hasSize(4);
        }
        List<byte[]> records = records(onlyFile());
        assertThat(text(records.get(1)))
                .contains("loss/identity", "loss/total", "run/learning_rate", "run/images_per_second")
                .doesNotContain("loss/pixel");
        assertThat(text(records.get(2))).contains("test/identity");
        assertThat(text(records.get(3))).contains("config", "# settings", "text");
    }

    private static String text(byte[] record) {
        return new String(record, StandardCharsets.ISO_8859_1);
    }
}

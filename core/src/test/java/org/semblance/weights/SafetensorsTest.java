package org.semblance.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;

class SafetensorsTest {
    @TempDir
    Path dir;

    @Test
    void readsHalfBrainAndDouble() throws IOException {
        Weights w = sample("ok_f16_bf16_f64");
        assertThat(w.names()).containsExactlyInAnyOrder("h", "b", "d");
        assertThat(w.dtype("h")).isEqualTo(DType.F16);
        assertThat(w.dtype("b")).isEqualTo(DType.BF16);
        assertThat(w.dtype("d")).isEqualTo(DType.F64);
        assertThat(w.get("h").data()).containsExactly(1, -2.5f, 65504, 5.9604645e-8f);
        assertThat(w.get("b").data()).containsExactly(1, -2.5f, 3.140625f, 9.183549615799121e-41f);
        assertThat(w.doubles("d")).containsExactly(1.0 / 3, -1e300);
        assertThatIOException(() -> w.get("d"))
                .withMessageContainingAll("must be finite in float32", "-Infinity", "d[1]", "F64");
    }

    @Test
    void readsTensorsWhoseOrderInTheHeaderIsNotTheOrderOfTheData() throws IOException {
        Weights w = sample("ok_unordered_offsets");
        assertThat(w.get("a").data()).containsExactly(0, 1);
        assertThat(w.get("b").data()).containsExactly(2, 3);
    }

    @Test
    void refusesOverlapAndLeadingSpace() {
        assertThatIOException(() -> sample("bad_overlap")).withMessageContaining("must not overlap");
        assertThatIOException(() -> sample("bad_leading_space")).withMessageContainingAll("start with {", "0x20");
    }

    @Test
    void refusesNotANumberAsWeightsButShowsItRaw() throws IOException {
        Weights w = sample("bad_nan_weights");
        assertThatIOException(() -> w.get("w")).withMessageContainingAll("NaN", "w[", "bad_nan_weights");
        assertThat(w.raw("w").data()).contains(Float.NaN);
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void writesAndReadsEveryFloatType(DType dtype) throws IOException {
        Path file = dir.resolve("w.safetensors");
        Map<String, HostArray> tensors = new LinkedHashMap<>();
        tensors.put("z", HostArray.of(new float[] {1, -2.5f, 0.15625f, 0, -0f, 1024}, 2, 3));
        tensors.put("scalar \"quoted\" \u00e9\u4e16", HostArray.of(new float[] {7}));
        tensors.put("empty", HostArray.of(new float[0], 0, 4));
        Safetensors.write(file, tensors, dtype, Map.of("made by", "test"));

        try (Weights w = Safetensors.open(file)) {
            assertThat(w.names()).containsExactlyElementsOf(tensors.keySet());
            assertThat(w.metadata()).isEqualTo(Map.of("made by", "test"));
            for (String name : tensors.keySet()) {
                assertThat(w.dtype(name)).isEqualTo(dtype);
                assertThat(w.get(name).shape()).isEqualTo(tensors.get(name).shape());
                assertThat(w.get(name).data()).containsExactly(tensors.get(name).data());
            }
        }
        assertThat(Files.readAllBytes(file)).hasSizeGreaterThan(8);
        assertThat(filesIn(dir)).containsExactly("w.safetensors");
    }

    @Test
    void dataStartsAtAMultipleOfEightBytes() throws IOException {
        Path file = dir.resolve("w.safetensors");
        Safetensors.write(file, Map.of("abc", HostArray.of(new float[1], 1)), DType.F32, Map.of());
        long length = ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        assertThat(length % 8).isZero();
    }

    @Test
    void writesTensorsLongerThanOnePiece() throws IOException {
        Path file = dir.resolve("w.safetensors");
        float[] data = new float[600_001];
        for (int i = 0; i < data.length; i++) {
            data[i] = i;
        }
        Safetensors.write(file, Map.of("long", HostArray.of(data, data.length)), DType.F32, Map.of());
        assertThat(Arrays.equals(Safetensors.read(file).get("long").data(), data))
                .isTrue();
        try (Weights w = Safetensors.open(file)) {
            assertThat(w.doubles("long")[600_000]).isEqualTo(600_000.0);
        }
    }

    @Test
    void refusesToWriteWhatTheTypeCannotHoldAndLeavesTheOldFileAlone() throws IOException {
        Path file = dir.resolve("w.safetensors");
        Files.writeString(file, "before");
        Map<String, HostArray> large = Map.of("big", HostArray.of(new float[] {1, 70000}, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Safetensors.write(file, large, DType.F16, Map.of()))
                .withMessage("safetensors: values must fit F16, got 70000.0 at big[1]");
        assertThat(file).hasContent("before");
        assertThat(filesIn(dir)).containsExactly("w.safetensors");
    }

    @Test
    void refusesToWriteTheReservedName() {
        Map<String, HostArray> tensors = Map.of("__metadata__", HostArray.of(new float[1], 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Safetensors.write(dir.resolve("w"), tensors, DType.F32, Map.of()))
                .withMessageContaining("__metadata__");
    }

    @Test
    void showsIntegersButRefusesThemAsWeights() throws IOException {
        byte[] data = ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(-5)
                .putLong(-1)
                .putInt(-2)
                .putInt(7)
                .array();
        Weights w = Safetensors.read(
                file(
                        "{'i':{'dtype':'I64','shape':[1],'data_offsets':[0,8]},"
                                + "'u':{'dtype':'U64','shape':[],'data_offsets':[8,16]},"
                                + "'b':{'dtype':'U8','shape':[8],'data_offsets':[16,24]}}",
                        data),
                "ints");
        assertThat(w.storedType("i")).isEqualTo(StoredType.I64);
        assertThat(w.doubles("i")).containsExactly(-5);
        assertThat(w.doubles("u")).containsExactly(0x1p64);
        assertThat(w.doubles("b")).containsExactly(254, 255, 255, 255, 7, 0, 0, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> w.get("i"))
                .withMessage("weights: i must hold F16, BF16, F32 or F64 to be used as weights, got I64 [ints]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "4 | {}                                                         | must fill the data",
                "4 | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}x    | must be JSON",
                "4 | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}{}   | only spaces may follow",
                "4 | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}      | must be JSON",
                "4 | {'a':{'dtype':'F33','shape':[1],'data_offsets':[0,4]}}     | 'F33' for a",
                "4 | {'a':{'dtype':'f32','shape':[1],'data_offsets':[0,4]}}     | dtype must be one of",
                "4 | {'a':{'dtype':7,'shape':[1],'data_offsets':[0,4]}}         | a/dtype must be a string",
                "4 | {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}     | 4 bytes for a F32 [2]",
                "4 | {'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}}    | -1 in a/shape",
                "4 | {'a':{'dtype':'F32','shape':[1.5],'data_offsets':[0,4]}}   | a/shape must be an integer",
                "4 | {'a':{'dtype':'F32','shape':1,'data_offsets':[0,4]}}       | a/shape must be an array",
                "4 | {'a':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}}     | must be [begin, end]",
                "4 | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0]}}       | must be [begin, end]",
                "4 | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4,4]}}   | must be [begin, end]",
                "8 | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}     | 4 of 8 bytes",
                "4 | {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}     | 8 of 4 bytes",
                "8 | {'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}     | leave no hole",
                "4 | {'a':{'dtype':'F32','shape':[1]}}                          | without one of them",
                "4 | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4],'x':1}} | got a/x",
                "4 | {'a':[]}                                                   | a must be an object, got an array",
                "4 | {'a':{'dtype':'F32','shape':[1],'shape':[1],'data_offsets':[0,4]}} | must be JSON",
                "4 | {'__metadata__':{'k':1},'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | __metadata__/k",
                "4 | {'a':{'dtype':'F32','shape':[9223372036854775807],'data_offsets':[0,4]}} | 0 to 2^62",
                "4 | {'a':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,4]}} | must be JSON",
                "4 | {'a':{'dtype':'F32','shape':[2147483648],'data_offsets':[0,4]}} | below 2^31",
                "4 | {'a':{'dtype':'F64','shape':[2147483647,2147483647,2],'data_offsets':[0,4]}} | below 2^31",
            })
    void refusesHeadersThatDoNotDescribeTheData(int bytes, String header, String message) {
        assertThatIOException(() -> Safetensors.read(file(header, new byte[bytes]), "f"))
                .withMessageContaining(message)
                .withMessageStartingWith("safetensors: ")
                .withMessageEndingWith("[f]");
    }

    @Test
    void refusesOneNameTwice() {
        String twice = "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
                + "'\\u0061':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}";
        assertThatIOException(() -> Safetensors.read(file(twice, new byte[8]), "f"))
                .withMessageContaining("Duplicate field 'a'");
    }

    @Test
    void refusesDeepJsonAndBytesThatAreNotUtf8() {
        assertThatIOException(() -> Safetensors.read(file("{'a':" + "[".repeat(5000), new byte[0]), "f"))
                .withMessageContaining("a must be an object");
        byte[] latin = file("{'\u00e9':1}", new byte[0]);
        byte[] broken = latin.clone();
        broken[10] = (byte) 0xe9;
        broken[11] = 'x';
        assertThatIOException(() -> Safetensors.read(broken, "f")).withMessageContaining("not UTF-8");
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "-1", "1000", "100000001", "9223372036854775807"})
    void refusesHeaderLengthsOutsideTheFile(long length) {
        byte[] bytes = file("{}", new byte[64]);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        assertThatIOException(() -> Safetensors.read(bytes, "f"))
                .withMessage("safetensors: the header must take 2 to 66 bytes, got " + Long.toUnsignedString(length)
                        + " [f]");
    }

    @Test
    void refusesFilesThatAreShortOrMissing() throws IOException {
        Path shortFile = Files.write(dir.resolve("short"), new byte[7]);
        assertThatIOException(() -> Safetensors.open(shortFile))
                .withMessageContainingAll("8 bytes", "7 bytes", "short");
        assertThatIOException(() -> Safetensors.read(new byte[0], "f")).withMessageContaining("0 bytes in all");
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Safetensors.open(dir.resolve("none")));
    }

    @Test
    void aClosedFileIsNotReadAndSaysSo() throws IOException {
        Path file = dir.resolve("w.safetensors");
        Safetensors.write(file, Map.of("a.b", HostArray.of(new float[1], 1)), DType.F32, Map.of());
        Weights w = Safetensors.open(file);
        Weights view = w.withPrefix("a.");
        assertThat(view.get("b").data()).containsExactly(0);
        w.close();
        w.close();
        assertThatIllegalStateException().isThrownBy(() -> view.get("b")).withMessageContaining("closed");
    }

    @Test
    void aFileThatShrinksUnderTheReaderIsAnError() throws IOException {
        Path file = dir.resolve("w.safetensors");
        Safetensors.write(file, Map.of("a", HostArray.of(new float[100], 100)), DType.F32, Map.of());
        try (Weights w = Safetensors.open(file)) {
            Files.write(file, new byte[80]);
            assertThatIOException(() -> w.get("a")).withMessageContaining("ended at byte 80");
        }
    }

    @Test
    void readsTensorsBeyondTwoGibibytesOfASparseFile() throws IOException {
        Path file = dir.resolve("large.safetensors");
        long hole = 3L << 30;
        String header = "{'hole':{'dtype':'U8','shape':[1610612736,2],'data_offsets':[0," + hole + "]},"
                + "'end':{'dtype':'F32','shape':[2],'data_offsets':[" + hole + "," + (hole + 8) + "]}}";
        byte[] head = file(header, new byte[0]);
        try (var channel = Files.newByteChannel(
                file,
                java.nio.file.StandardOpenOption.CREATE_NEW,
                java.nio.file.StandardOpenOption.WRITE,
                java.nio.file.StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(head));
            channel.position(head.length + hole);
            channel.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putFloat(1)
                    .putFloat(2)
                    .flip());
        }
        try (Weights w = Safetensors.open(file)) {
            assertThat(w.get("end").data()).containsExactly(1, 2);
            assertThat(w.shape("hole")).isEqualTo(Shape.of(1610612736, 2));
            assertThatIOException(() -> w.doubles("hole")).withMessageContaining("fewer than 2^31 elements");
        }
        assertThatIOException(() -> Safetensors.read(file)).withMessageContaining("below 2 GiB");
    }

    @Test
    void damagedFilesAreAnsweredWithIoExceptionsOnly() throws IOException {
        byte[] good = bytes("ok_f16_bf16_f64");
        Random random = new Random(1);
        AtomicInteger refused = new AtomicInteger();
        for (int round = 0; round < 20_000; round++) {
            byte[] bad = good.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                bad[random.nextInt(200)] ^= (byte) (1 << random.nextInt(8));
            }
            readAll(round % 4 == 0 ? Arrays.copyOf(bad, random.nextInt(bad.length)) : bad, refused);
        }
        assertThat(refused.get()).isBetween(10_000, 20_000);
    }

    private static void readAll(byte[] bytes, AtomicInteger refused) {
        try {
            Weights w = Safetensors.read(bytes, "fuzz");
            for (String name : w.names()) {
                if (w.storedType(name).dtype().isPresent()) {
                    w.get(name);
                }
            }
        } catch (IOException e) {
            refused.incrementAndGet();
        }
    }

    private static org.assertj.core.api.ThrowableAssertAlternative<IOException> assertThatIOException(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return assertThatExceptionOfType(IOException.class).isThrownBy(call);
    }

    private static Weights sample(String name) throws IOException {
        return Safetensors.read(bytes(name), name);
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = SafetensorsTest.class.getResourceAsStream(name + ".safetensors")) {
            return in.readAllBytes();
        }
    }

    /** A file of this header, with ' for ", and this data. */
    private static byte[] file(String header, byte[] data) {
        byte[] text = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .put(data)
                .array();
    }

    private static List<String> filesIn(Path dir) throws IOException {
        try (var files = Files.list(dir)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }
}

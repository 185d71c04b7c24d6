package org.semblance.weights.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.weights.files.WeightsFile;

/** Pickles put together by hand: storages inside pickles, and few bytes that mean to become many. */
@Timeout(60)
class HostileTorchTest {
    private static final byte[] FLOATS = ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putFloat(1.5f)
            .putFloat(-2)
            .array();

    @TempDir
    private Path folder;

    /** Operations of a pickle, one behind the other. */
    private static final class Pickle {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Pickle() {
            hex("8002");
        }

        Pickle hex(String digits) {
            out.writeBytes(HexFormat.of().parseHex(digits.replace(" ", "")));
            return this;
        }

        Pickle global(String module, String name) {
            out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
            return this;
        }

        Pickle text(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            out.write('X');
            return i32(utf8.length).raw(utf8);
        }

        /** BINBYTES of protocol 3. */
        Pickle bytes(byte[] bytes) {
            out.write('B');
            return i32(bytes.length).raw(bytes);
        }

        Pickle number(int value) {
            out.write('J');
            return i32(value);
        }

        Pickle i32(int value) {
            return raw(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(value)
                    .array());
        }

        Pickle i64(long value) {
            return raw(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(value)
                    .array());
        }

        Pickle raw(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }

        byte[] stop() {
            out.write('.');
            return done();
        }

        byte[] done() {
            return out.toByteArray();
        }
    }

    /** A storage of two floats as {@code torch.save} wrote it before 1.6, which pickles hold as bytes. */
    private static byte[] storage(int declared, int keys, long stored, byte[] data, String little) {
        Pickle file = new Pickle().hex("8a0a 6cfc9c46f9206aa85019 2e 8002 4de903 2e 8002 7d");
        file.text("little_endian").hex(little).hex("73 2e 8002 28");
        file.text("storage")
                .global("torch", "FloatStorage")
                .text("7")
                .text("cpu")
                .number(declared);
        file.hex("4e 74 51 2e 8002 5d 28");
        for (int i = 0; i < keys; i++) {
            file.text("7");
        }
        return file.hex("65 2e").i64(stored).raw(data).done();
    }

    /** A dictionary of one tensor over such a storage. */
    private static byte[] snapshot(byte[] storage, int size, int stride) {
        return new Pickle()
                .hex("7d")
                .text("x")
                .global("torch._utils", "_rebuild_tensor_v2")
                .hex("28")
                .global("torch.storage", "_load_from_bytes")
                .bytes(storage)
                .hex("85 52")
                .number(0)
                .number(size)
                .hex("85")
                .number(stride)
                .hex("85 89 4e 74 52 73")
                .stop();
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("x.pkl"), bytes);
    }

    @Test
    void aStorageInsideAPickleIsRead() throws IOException {
        try (WeightsFile opened = WeightsFile.open(file(snapshot(storage(2, 1, 2, FLOATS, "88"), 2, 1)))) {
            assertThat(opened.weights().get("x").data()).containsExactly(1.5f, -2);
        }
        try (WeightsFile opened = WeightsFile.open(file(snapshot(storage(2, 1, 2, FLOATS, "88"), 3, 0)))) {
            assertThat(opened.weights().get("x").data()).containsExactly(1.5f, 1.5f, 1.5f);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2|1|3|88|2| must have 2 elements, got 3",
                "2|2|2|88|2| each storage that is used must follow once",
                "2|0|2|88|2| 1 storages are used, got only 0",
                "2|1|2|89|2| storages must be little-endian",
                "1|1|1|88|1| a nested file must end behind its storages, got 4 bytes more",
                "2|1|2|88|3| torch",
                "3|1|3|88|2| cut short",
                "2000000000|1|2000000000|88|2| cut short",
                "-2|1|-2|88|2| torch"
            })
    void nestedStoragesAreChecked(int declared, int keys, long stored, String little, int size, String fault)
            throws IOException {
        Path file = file(snapshot(storage(declared, keys, stored, FLOATS, little), size, 1));
        assertThatThrownBy(() -> WeightsFile.open(file).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(fault);
    }

    /** One list of pairs, of which a file makes dictionaries again and again. */
    @Test
    void dictionariesTakeFromTheBudget() throws IOException {
        Pickle pickle = new Pickle().hex("5d 71 00 28");
        for (int i = 0; i < 20_000; i++) {
            pickle.number(i).hex("4b 01 86");
        }
        pickle.hex("65 30");
        for (int i = 0; i < 5_000; i++) {
            pickle.global("collections", "OrderedDict").hex("68 00 85 52 30");
        }
        Path file = file(pickle.hex("7d").stop());
        assertThatThrownBy(() -> WeightsFile.open(file).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("refer to the same bytes again and again");
    }

    /** One text of a megabyte, which the arguments of a network repeat fifty thousand times. */
    @Test
    void argumentsOfNetworksAreBounded() throws IOException {
        Pickle pickle = new Pickle().hex("7d").text("G_ema");
        pickle.global("torch_utils.persistence", "_reconstruct_persistent_obj").hex("7d 28");
        pickle.text("type")
                .text("class")
                .text("version")
                .number(6)
                .text("module_src")
                .text("");
        pickle.text("class_name").text("Generator").text("state").hex("7d 28");
        for (String table : new String[] {"_parameters", "_buffers", "_modules"}) {
            pickle.text(table).global("collections", "OrderedDict").hex("29 52");
        }
        pickle.text("_init_kwargs")
                .hex("7d")
                .text("a")
                .hex("5d 28")
                .text("x".repeat(1_000_000))
                .hex("71 01");
        for (int i = 0; i < 50_000; i++) {
            pickle.hex("68 01");
        }
        Path file = file(pickle.hex("65 73 75 75 85 52 73").stop());
        assertThatThrownBy(() -> WeightsFile.open(file).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("settings must have at most");
    }
}

package org.semblance.weights.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.semblance.weights.ByteCursor;
import org.semblance.weights.ByteSource;

class UnpicklerTest {
    /** Hexadecimal digits, and text in quotes. */
    private static byte[] bytes(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String part : text.split(" ")) {
            if (part.startsWith("'")) {
                out.writeBytes(
                        part.replace("'", "").replace("\\n", "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
            } else {
                out.writeBytes(java.util.HexFormat.of().parseHex(part));
            }
        }
        return out.toByteArray();
    }

    private static Object read(byte[] bytes) throws IOException {
        return Unpickler.read(new ByteCursor(ByteSource.of(bytes)), PickleTypes.none());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "8002 4b07 '.' | 7",
                "8002 4dffff '.' | 65535",
                "8002 4affffffff '.' | -1",
                "8002 8a02ff7f '.' | 32767",
                "8002 8a0180 '.' | -128",
                "8002 8a00 '.' | 0",
                "8002 8a0a6cfc9c46f9206aa85019 '.' | 119547037146038801333356",
                "8002 47 3ff8000000000000 '.' | 1.5",
                "8002 5803000000 'abc.' | abc",
                "8004 950500000000000000 8c02 c3bc '.' | ü",
                "8002 5503 'abc.' | abc",
                "8002 4e '.' | NONE",
                "8002 88 '.' | true",
                "8002 4b01 71003068 00 '.' | 1"
            })
    void valuesOfEveryKind(String pickle, String value) throws IOException {
        assertThat(String.valueOf(read(bytes(pickle)))).isEqualTo(value);
    }

    @Test
    void containersOfEveryKind() throws IOException {
        Dict dict = (Dict) read(bytes("8002 '}(' 580100000061 5d 284b014b02 'e' 580100000062 4b034b04 86 'u.'"));
        assertThat(dict.get("a", Object.class)).asString().isEqualTo("[1, 2]");
        assertThat(dict.get("b", Tuple.class).items()).asString().isEqualTo("[3, 4]");
        assertThat((List<?>) read(bytes("8004 8f 28 4b01 90 '.'"))).asString().isEqualTo("[1]");
        assertThat(((Tuple) read(bytes("8002 28 4b01 4b02 4b03 4b04 't.'"))).size())
                .isEqualTo(4);
    }

    @Test
    void bytesStayWhereTheyAre() throws IOException {
        ByteSource source = (ByteSource) read(bytes("8003 4305 'hello.'"));
        assertThat(new String(Unpickler.small(source, 5), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("hello");
        assertThatThrownBy(() -> Unpickler.small(source, 4)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "8002 'cos\\nsystem\\n.' | global 'os system' is not allowed",
                "8004 8c026f73 8c0673797374656d 93 '.' | global 'os system' is not allowed",
                "8002 '(ios\\nsystem\\n.' | INST of os system",
                "8002 82 01 '.' | EXT1",
                "8002 'Pid\\n.' | PERSID",
                "8002 4b01 'Q.' | persistent id",
                "8002 4b01 4e 'b.' | BUILD must not be applied",
                "8002 4b01 29 'R.' | what is called",
                "8004 92 '.' | NEWOBJ_EX",
                "8005 97 '.' | NEXT_BUFFER",
                "8009 '.' | protocol 9",
                "8001 '.' | protocol 1",
                "8002 '0.' | on the stack",
                "8002 '.' | on the stack",
                "8002 '(.' | a mark",
                "8002 't.' | a mark must be",
                "8002 68 05 '.' | entry 5",
                "8002 ff '.' | byte 0xff",
                "8002 42 ffffffff '.' | cut short",
                "8002 58 ffffff7f '.' | cut short",
                "8004 8d ffffffffffffff7f '.' | cut short",
                "8004 8e ffffffffffffffff '.' | cut short",
                "8004 95 ffffffffffffff7f '.' | a frame must lie inside",
                "8002 8b 00000010 '.' | at most 64 bytes",
                "8002 8c01 ff '.' | UTF-8",
                "8002 '}]K' 01 's.' | keys must be text or numbers",
                "8002 '}(K' 01 'u.' | come in pairs",
                "8002 4b01 | cut short"
            })
    void whateverIsWrongIsNamed(String pickle, String fault) {
        assertThatThrownBy(() -> read(bytes(pickle)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(fault);
    }

    @ParameterizedTest
    @ValueSource(strings = {"28", "5d", "7d", "4b01"})
    void millionsOfOperationsAreRefused(String operation) {
        byte[] one = bytes(operation);
        byte[] many = new byte[2 + one.length * 2_100_000];
        many[0] = (byte) 0x80;
        many[1] = 2;
        for (int i = 2; i < many.length; i++) {
            many[i] = one[(i - 2) % one.length];
        }
        assertThatThrownBy(() -> read(many)).isInstanceOf(IOException.class).hasMessageContaining("operations");
    }

    @Test
    void textThatStandsForBytesIsDecodedWhereItIs() throws IOException {
        byte[] utf8 = new byte[3_000_000];
        for (int i = 0; i < utf8.length; i += 3) {
            utf8[i] = 'a';
            utf8[i + 1] = (byte) 0xc3;
            utf8[i + 2] = (byte) 0xbf;
        }
        ByteSource latin1 = new LongText(ByteSource.of(utf8)).latin1();
        assertThat(latin1.size()).isEqualTo(2_000_000);
        java.nio.ByteBuffer some = java.nio.ByteBuffer.allocate(3);
        latin1.read(1_500_001, some);
        assertThat(some.array()).containsExactly(0xff, 'a', 0xff);
    }
}
